"""What the outputs of an audit call things."""

from gouji.audit.result import Standing
from gouji.finding import Finding, Severity, Status

SEVERITIES = {Severity.ERROR: "错误", Severity.WARNING: "警告", Severity.INFO: "提示"}

STANDINGS = {
    Standing.REPORTED: "已报",
    Standing.LATE: "迟报",
    Standing.UNJUDGED: "未能审核",
    Standing.MISSING: "未报",
}

STATUSES = {
    Status.PASS: "一致",
    Status.FAIL: "不一致",
    Status.UNDETERMINED: "未能核对",
    Status.NOT_APPLICABLE: "不适用",
    Status.ERROR: "核对出错",
}

KINDS = {
    "central": "中央部门",
    "general_office": "办公厅",
    "province": "省级政府",
    "city": "市级政府",
    "county": "县级政府",
    "township": "乡镇街道",
    "department": "部门",
}

FAMILIES = {
    "GJ0": "文件读取",
    "GJ1": "结构格式",
    "GJ2": "必备要素",
    "GJ3": "表内合计",
    "GJ4": "收支平衡",
    "GJ5": "表间与文字",
    "GJ6": "跨年与单位",
    "GJ7": "公开时限",
    "GJ8": "文字质量",
    "GJ9": "本地规则",
}


def family_name(family: str) -> str:
    """Return what a family of rules is called; ``X12`` for one that nobody has named."""
    return FAMILIES.get(family, family)


def kind_name(kind: str) -> str:
    """Return what a kind of unit is called; a kind that is not known stays as the register has it."""
    return KINDS.get(kind, kind)


def spot(finding: Finding) -> str:
    """Say where a finding is: in the words of its document, or by line."""
    if finding.where:
        return finding.where.zh
    place = finding.place
    if not place.line:
        return ""
    return f"第{place.line}行" + (f"第{place.column}字" if place.column else "")
