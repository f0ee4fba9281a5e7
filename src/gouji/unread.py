"""Documents that no reader is for: what offices hand in beside a report, or in its place."""

from collections.abc import Iterable
from pathlib import PurePath, PurePosixPath

from gouji.readers import SUFFIXES
from gouji.reporters.escape import visible
from gouji.wording import Text

MOST_NAMED = 5

# a report may be handed in as a picture, in an archive, as OFD; hardly as a sheet, slides or data
_REPORTS = frozenset((
    ".ofd", ".ceb", ".cebx", ".sep", ".gd", ".caj", ".wpt", ".mht", ".mhtml",
    ".jpg", ".jpeg", ".jfif", ".png", ".bmp", ".gif", ".tif", ".tiff", ".webp", ".heic", ".heif",
    ".zip", ".rar", ".7z", ".tar", ".gz",
))  # fmt: skip
_SHEETS = frozenset((
    ".xls", ".xlsx", ".xlsm", ".et", ".csv", ".ods", ".ppt", ".pptx", ".dps", ".odp", ".xml",
))  # fmt: skip
_OF_A_PAGE = ("_files", ".files")  # folders in which browsers and Word keep the pictures of a page


def is_named_as_report(path: PurePath) -> bool:
    """Tell whether the name of a file says that it is a report."""
    return "年报" in path.name or "年度报告" in path.name


def is_passed_over(path: PurePath) -> bool:
    """Tell whether a walk over folders meets a document here that no reader is for."""
    suffix = path.suffix.lower()
    if suffix in SUFFIXES or any(folder.endswith(_OF_A_PAGE) for folder in path.parts[:-1]):
        return False
    return suffix in _REPORTS or suffix in _SHEETS or is_named_as_report(path)


def may_be_report(path: PurePath) -> bool:
    """Tell whether a document that was passed over is a report, going by its name."""
    return is_named_as_report(path) and path.suffix.lower() not in _SHEETS


def passed_over(names: Iterable[str]) -> Text:
    """Say which documents, by their paths or URLs, were passed over, those first that are named as a report is."""
    found = sorted(names, key=lambda name: not is_named_as_report(PurePosixPath(name)))
    count, named = len(found), [visible(name) for name in found[:MOST_NAMED]]
    more = (" 等", " and more") if count > MOST_NAMED else ("", "")
    return Text(
        f"{count} 个文件的格式不支持，没有读取：{'、'.join(named)}{more[0]}",
        f"{count} file(s) of formats that are not supported were not read: {', '.join(named)}{more[1]}",
    )
