"""The list of an audit as CSV, for spreadsheets and for programs without a reader of JSON."""

import csv
from pathlib import Path

from gouji.audit.listing import Line, lines
from gouji.audit.replacing import replacing
from gouji.audit.result import Audit
from gouji.reporters.escape import inert, visible

HEADS = (
    "类别", "单位", "年度", "文件", "规则", "规则名称", "级别", "位置", "问题", "应为", "实为", "依据", "如何改正",
    "不计理由", "指纹",
)  # fmt: skip


def write_csv(audit: Audit, path: Path) -> None:
    """Write a row for each finding, each reason why rules stayed open, and each file without either.

    Excel takes the file for UTF-8 by its mark; a cell that it would take for a formula begins with an
    apostrophe. Every row is one line.

    Raises:
        OSError: the file cannot be written.
    """
    with replacing(path) as part, part.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, lineterminator="\r\n")
        writer.writerow(HEADS)
        writer.writerows(_row(line) for line in lines(audit))


def _row(line: Line) -> list[str]:
    year = "" if line.year is None else str(line.year)
    texts = (
        line.path, line.rule, line.name, line.severity, line.where, line.message, line.expected, line.actual,
        line.basis, line.remedy, line.settled, line.fingerprint,
    )  # fmt: skip
    return [line.kind.value, inert(visible(line.unit)), year, *(inert(visible(text)) for text in texts)]
