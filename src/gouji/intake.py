"""What is told without a pack: what stops a report before any rule sees it (GJ0xx), and whose reports there are (GJ6xx)."""

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
    basis: Text | None = None


_ERROR, _WARNING, _INFO = Severity.ERROR, Severity.WARNING, Severity.INFO

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
                 Text("请提供 Word（.docx）、PDF、网页或文本格式的年报", "give the report as .docx, PDF, web page or text")),
        Incident("GJ004", "encoding-unknown", _ERROR,
                 Text("文字编码无法识别", "the encoding cannot be told"),
                 Text("请用 UTF-8 编码另存", "save it with the encoding UTF-8")),
        Incident("GJ005", "limit-exceeded", _ERROR,
                 Text("文件超出处理上限，没有读完", "a limit was exceeded, the file was not read in full"),
                 Text("请确认文件是年报文本、没有损坏", "make sure the file is the report and not damaged")),
        Incident("GJ006", "format-unsupported", _ERROR,
                 Text("不支持这种文件格式", "the format is not supported"),
                 Text("请提供 .docx .pdf .html .htm .md .txt 格式的报告，或由 LibreOffice 转换的 .doc .wps .rtf .odt",
                      "give the report as .docx .pdf .html .htm .md .txt or, by LibreOffice, .doc .wps .rtf .odt")),
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
        Incident("GJ009", "internal-error", _ERROR,
                 Text("gouji 内部出错，没有核对（gouji 的缺陷）", "gouji failed, nothing was judged (a bug in gouji)"),
                 Text("请把本条信息和报告文件发给 gouji 的维护者", "please send this message to the maintainers of gouji")),
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
        Incident("GJ013", "encrypted", _ERROR,
                 Text("文件有密码", "the file is protected by a password"),
                 Text("请另存为没有密码的文件后再检查", "save it without a password")),
        Incident("GJ014", "damaged", _ERROR,
                 Text("文件已损坏或不完整", "the file is damaged or not complete"),
                 Text("请在原软件中打开并重新保存，或重新下载", "open it, save it again, or download it again")),
        Incident("GJ015", "no-text-layer", _ERROR,
                 Text("PDF 没有文字层，是扫描件", "the PDF has no text layer: a scan"),
                 Text("请提供由 Word 等直接导出的 PDF 或原文档", "give a PDF exported from a document, or the document")),
        Incident("GJ016", "document-type", _ERROR,
                 Text("文档部件含有 DOCTYPE 声明，为安全起见没有读取", "a part has a DOCTYPE and was not read, for safety"),
                 Text("请在 Word/WPS 中打开并另存为新的 .docx", "open it in Word or WPS and save it as a new .docx")),
        Incident("GJ017", "pages-unread", _WARNING,
                 Text("有的页是图片，没有读取", "some pages are pictures and were not read"),
                 Text("请提供由 Word 等直接导出的 PDF 或原文档；这些页上的内容要人工核对",
                      "give a PDF exported from the document, or the document; check these pages by eye")),
        Incident("GJ018", "format-differs", _INFO,
                 Text("文件内容与后缀不符，已按内容读取", "the content is not what the suffix says; read by its content"),
                 Text("建议改用正确的后缀", "give the file its proper suffix"),
                 ignorable=True),
        Incident("GJ019", "changes-pending", _WARNING,
                 Text("文档里有尚未接受的修订，已按接受修订后的内容核对", "tracked changes are pending; read as if accepted"),
                 Text("请接受或拒绝全部修订后再发布", "accept or reject all changes before publishing"),
                 ignorable=True),
        Incident("GJ020", "timeout", _ERROR,
                 Text("核对用时超过上限，已停止", "it took too long and was stopped"),
                 Text("请确认文件是年报、没有损坏；确需更久可用 --timeout 放宽", "check the file; --timeout allows more time")),
        Incident("GJ021", "out-of-memory", _ERROR,
                 Text("核对所需内存超过上限，已停止", "it took too much memory and was stopped"),
                 Text("请确认文件是年报、没有损坏；确需更多可用 --memory 放宽", "check the file; --memory allows more")),
        Incident("GJ022", "reader-crashed", _ERROR,
                 Text("读取文件的进程崩溃", "the process that read the file crashed"),
                 Text("文件可能已损坏，请在原软件中打开并重新保存", "the file may be damaged: open it and save it again")),
        Incident("GJ023", "converter-missing", _ERROR,
                 Text("需要 LibreOffice 转换，本机没有安装", "LibreOffice is needed and not installed"),
                 Text("请另存为 .docx 再检查，或安装 LibreOffice", "save it as .docx, or install LibreOffice")),
        Incident("GJ024", "conversion-failed", _ERROR,
                 Text("LibreOffice 没能进行转换，不一定是文件的问题", "LibreOffice could not do its work, whatever the file"),
                 Text("请排除所说的原因后再检查，或另存为 .docx", "remove the cause and check again, or save it as .docx")),
        Incident("GJ025", "reading-note", _INFO,
                 Text("读取时有需要知道的情况", "something about the reading to know"),
                 Text("请核对所指之处", "look at the place named"),
                 ignorable=True),
        Incident("GJ026", "previous-unusable", _ERROR,
                 Text("没有能与上年报告对照", "no comparison with the report of the year before was possible"),
                 Text("请检查 --previous 给出的文件", "check the file given with --previous")),
        Incident("GJ030", "suppression-unused", _WARNING,
                 Text("豁免没有用上", "a suppression is not used"),
                 Text("请把它移到所豁免的那一段前面，或删去", "move it before the block that it is about, or remove it")),
        Incident("GJ031", "suppression-expired", _WARNING,
                 Text("豁免已到期", "a suppression has ended"),
                 Text("请改正所豁免的问题，或重新说明理由和期限", "mend what it is about, or account for it anew")),
        Incident("GJ032", "suppression-invalid", _ERROR,
                 Text("豁免写法不对或没有理由", "a suppression is malformed or gives no reason"),
                 Text('请写成 <!-- gouji: ignore GJ401 reason="理由" until=2027-03-31 -->，'
                      "或改正 gouji-ignore.toml 里的 file、rule、reason",
                      'write <!-- gouji: ignore GJ401 reason="why" until=2027-03-31 -->, '
                      "or mend file, rule and reason in gouji-ignore.toml")),
        # about units and their files, told by an audit
        Incident("GJ601", "report-missing", _ERROR,
                 Text("没有找到单位的年度报告", "no report of a unit was found"),
                 Text("请确认报告是否已经公布并收齐；确未编制的，应当补编并公布",
                      "make sure that it was published and collected; one that was never written is due"),
                 basis=Text("《中华人民共和国政府信息公开条例》第四十九条；乡镇、街道按本地的编制通知",
                            "Regulations on Open Government Information, art. 49; for townships the local notice")),
        Incident("GJ602", "report-twice", _ERROR,
                 Text("同一单位同一年度有几份内容不同的报告", "a unit has several different reports on one year"),
                 Text("请确认以哪一份为准，移走其余的；公布后又修改的应当说明",
                      "keep the one that counts; a change after publication has to be explained")),
        Incident("GJ603", "unit-differs", _ERROR,
                 Text("报告标题里的单位与文件所在位置不是同一个", "the title names another unit than the file's place"),
                 Text("请核对是放错了位置，还是套用了别的单位的报告；单位改了名的，把新名称写进名册的别名",
                      "is it in the wrong place, or another unit's report? of a unit with a new name, add it to the aliases")),
        Incident("GJ604", "year-differs", _ERROR,
                 Text("报告的年度与文件所在位置的年度不符", "the report is on another year than its place says"),
                 Text("请核对是放错了位置，还是把往年的报告当成了本年的", "is it in the wrong place, or an old report handed in again?")),
        Incident("GJ605", "unit-unregistered", _WARNING,
                 Text("报告的单位不在名册里", "the unit of a report is not in the register"),
                 Text("请在名册里加上这个单位，或把这个名称写进所属单位的别名", "add the unit to the register, or the name to the aliases of its unit")),
        Incident("GJ606", "unit-unknown", _ERROR,
                 Text("看不出是哪个单位的报告", "it cannot be told whose report it is"),
                 Text("请核对标题，或把文件名改成单位名称", "check the title, or name the file after the unit")),
        Incident("GJ607", "year-outside", _INFO,
                 Text("不是所审年度的报告，只用于对照", "not on an audited year: used for comparison only"),
                 Text("要审计这一年，请写进 --years", "name the year with --years to audit it")),
        Incident("GJ608", "copy-identical", _INFO,
                 Text("同一份报告有几个文件", "several files hold the same report"),
                 Text("请删去多余的", "delete what is too many")),
        Incident("GJ706", "late-by-register", _WARNING,
                 Text("公布日期晚于名册规定的时限", "published after the deadline of the register"),
                 Text("请核对名册中的公布日期和时限；确属逾期的应当说明", "check date and deadline in the register; explain a delay")),
    )
}  # fmt: skip
