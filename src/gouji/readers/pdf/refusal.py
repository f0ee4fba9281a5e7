"""Why a PDF is not read: each reason as the error that tells it."""

from gouji.errors import UnreadableError
from gouji.wording import Text


def beyond(what: Text, count: int, limit: int, page: int | None = None) -> UnreadableError:
    """Return the error for a PDF that has more of something than the limit allows."""
    where = Text("", "") if page is None else Text(f"第 {page} 页", f" on page {page}")
    return UnreadableError(
        "GJ005",
        Text(
            f"PDF 超过处理上限，没有读取：{where.zh}{what.zh}至少 {count:,}，上限 {limit:,}。"
            "请确认文件是年报、没有损坏，由原文档重新导出 PDF 再检查。",
            f"The PDF is beyond a limit and was not read: {what.en}{where.en} at least {count:,}, limit {limit:,}."
            " Make sure it is the report, export it again from the original document and check that.",
        ),
    )


def not_in_full(page: int, found: int, read: int) -> UnreadableError:
    """Return the error for a page of which not all text arrived in the document."""
    return UnreadableError(
        "GJ005",
        Text(
            f"PDF 没有读完：第 {page} 页有 {found:,} 处文字，只读到 {read:,} 处。请改用 Word 原文档检查。",
            f"The PDF was not read in full: page {page} has {found:,} pieces of text, {read:,} were read."
            " Check the original Word document instead.",
        ),
    )


def empty() -> UnreadableError:
    """Return the error for a PDF without any text on its pages, nor pictures that may hold some."""
    return UnreadableError(
        "GJ002",
        Text(
            "PDF 的页面上没有任何文字。请核对是否传错文件或导出失败。",
            "There is no text on the pages of the PDF. Was it exported or uploaded correctly?",
        ),
    )


def not_a_pdf() -> UnreadableError:
    """Return the error for bytes that are no PDF at all."""
    return UnreadableError(
        "GJ003",
        Text(
            "内容不是 PDF，可能是扩展名不对。请用原来的软件打开，导出 PDF 再检查。",
            "The content is not a PDF; the name may have the wrong ending. Open it where it was made and export a PDF.",
        ),
    )


def encrypted() -> UnreadableError:
    """Return the error for a PDF that asks for a password."""
    return UnreadableError(
        "GJ013",
        Text(
            "PDF 设了打开密码，没有读取。请取消密码或由原文档重新导出 PDF 再检查。",
            "The PDF needs a password to be opened and was not read."
            " Take the password off or export it again from the original document.",
        ),
    )


def damaged(what: Text) -> UnreadableError:
    """Return the error for a PDF of which a part is missing or wrong."""
    return UnreadableError(
        "GJ014",
        Text(
            f"PDF 已损坏或不完整：{what.zh}，没有读取。请重新下载，或由原文档重新导出 PDF 再检查。",
            f"The PDF is damaged or cut off: {what.en}; it was not read."
            " Download it again, or export it again from the original document.",
        ),
    )


def scanned(pages: int, characters: int) -> UnreadableError:
    """Return the error for pages that hold pictures of text instead of text."""
    return UnreadableError(
        "GJ015",
        Text(
            f"PDF 没有文字层：共 {pages} 页，只有 {characters} 个可读的字，内容是图片或扫描件，无法核对。"
            "请提供由 Word 等直接导出的 PDF，或 Word 原文档。",
            f"The PDF has no text layer: {pages} page(s) with {characters} readable characters; the content is pictures"
            " or a scan and cannot be checked. Give a PDF exported from the document, or the document itself.",
        ),
    )
