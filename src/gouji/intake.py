"""What can stop a report before any rule sees it: the findings GJ001 to GJ012, built in."""

from msgspec import Struct

from gouji.finding import Severity
from gouji.wording import Text


class Incident(Struct, frozen=True):
    """A built-in rule about reading and about gouji itself.

    ``ignorable``: a user may leave it out; a file that could not be read is always told.
    """

    id: str
    slug: str
    severity: Severity
    title: Text
    remedy: Text
    ignorable: bool = False


_ERROR, _INFO = Severity.ERROR, Severity.INFO

INCIDENTS: dict[str, Incident] = {
    incident.id: incident
    for incident in (
        Incident("GJ001", "file-unreadable", _ERROR,
                 Text("文件打不开", "the file cannot be opened"),
                 Text("请检查文件是否存在、是否有读取权限", "check that the file exists and may be read")),
        Incident("GJ002", "file-empty", _ERROR,
                 Text("文件是空的", "the file is empty"),
                 Text("请确认保存的是年度报告正文", "make sure the report itself was saved")),
        Incident("GJ003", "not-text", _ERROR,
                 Text("文件内容不是文本", "the content is not text"),
                 Text("请另存为 Markdown、HTML 或纯文本后再检查", "save it as Markdown, HTML or plain text")),
        Incident("GJ004", "encoding-unknown", _ERROR,
                 Text("文字编码无法识别", "the encoding cannot be told"),
                 Text("请用 UTF-8 编码另存", "save it with the encoding UTF-8")),
        Incident("GJ005", "limit-exceeded", _ERROR,
                 Text("文件超出处理上限，没有读完", "a limit was exceeded, the file was not read in full"),
                 Text("请确认文件是年报文本、没有损坏", "make sure the file is the report and not damaged")),
        Incident("GJ006", "format-unsupported", _ERROR,
                 Text("不支持这种文件格式", "the format is not supported"),
                 Text("支持 .md .markdown .txt .html .htm", "supported: .md .markdown .txt .html .htm")),
        Incident("GJ007", "not-a-report", _ERROR,
                 Text("没有认出政府信息公开工作年度报告", "no annual disclosure report was recognised"),
                 Text("请检查标题、六个章节和三张表是否在文件中；若本不是年报，请不要把它交给检查",
                      "check that title, sections and tables are in the file; leave out files that are no report"),
                 ignorable=True),
        Incident("GJ008", "no-pack", _ERROR,
                 Text("没有适用的规则包，未作判断", "no rule pack fits, nothing was judged"),
                 Text("可用 --year 指定报告年度，或用 --pack 指定规则包；不必核对的旧年报可用 --ignore GJ008 略过",
                      "name the year with --year or a pack with --pack; pass over old reports with --ignore GJ008"),
                 ignorable=True),
        Incident("GJ010", "rule-crashed", _ERROR,
                 Text("规则执行出错（gouji 的缺陷）", "a rule crashed (a bug in gouji)"),
                 Text("请把本条信息和报告文件发给 gouji 的维护者", "please send this message to the maintainers of gouji")),
        Incident("GJ011", "encoding-repaired", _INFO,
                 Text("文字编码与声明不符或有杂质，已按实际内容读取", "the encoding differs from the declared one or was mended"),
                 Text("建议用 UTF-8 编码另存", "save it with the encoding UTF-8"),
                 ignorable=True),
        Incident("GJ012", "not-a-file", _ERROR,
                 Text("不是普通文件", "not a regular file"),
                 Text("请给出年报文件或文件夹", "give a report file or a folder")),
    )
}  # fmt: skip
