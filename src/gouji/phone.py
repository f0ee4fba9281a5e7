"""Telephone numbers of mainland China."""

import re
from typing import Literal

from msgspec import Struct

Kind = Literal["landline", "local", "mobile", "service", "masked", "malformed"]

_DASHES = str.maketrans(dict.fromkeys("—–－―─‑−~～_ ()", "-"))
_LANDLINE = re.compile(r"-*(?:\+?86-*)?(0(?:10|2[0-9]|[3-9][0-9]{2}))-*([0-9]{7,8})(?:-+[0-9]{1,6})?-*")
_LOCAL = re.compile(r"-*([2-9][0-9]{6,7})-*")
_MOBILE = re.compile(r"-*(?:\+?86-*)?(1[3-9][0-9]{9})-*")
_SERVICE = re.compile(r"-*((?:[48]00-?[0-9]{3}-?[0-9]{4})|12[0-9]{3}|95[0-9]{3,5})-*")
_MASK = re.compile(r"[*×xX]{2,}")


class Phone(Struct, frozen=True):
    """A number by its shape: ``area`` only for landlines, ``digits`` without the area code."""

    kind: Kind
    digits: str = ""
    area: str = ""

    def __str__(self) -> str:
        """Write the number the usual way."""
        return f"{self.area}-{self.digits}" if self.area else self.digits


def read_phone(text: str) -> Phone:
    """Tell what kind of number the words are; every dash in print is accepted."""
    if _MASK.search(text):
        return Phone("masked")
    plain = re.sub("-+", "-", text.translate(_DASHES))
    if found := _LANDLINE.fullmatch(plain):
        return Phone("landline", found[2], found[1])
    if found := _MOBILE.fullmatch(plain):
        return Phone("mobile", found[1])
    if found := _SERVICE.fullmatch(plain):
        return Phone("service", found[1])
    if found := _LOCAL.fullmatch(plain):
        return Phone("local", found[1])
    return Phone("malformed")


def is_valid(phone: Phone) -> bool:
    """Tell whether the numbering plan has such a number (``phonenumbers``; landline and mobile only)."""
    if phone.kind not in ("landline", "mobile"):
        return phone.kind in ("service", "local")
    import phonenumbers  # noqa: PLC0415 - 60 ms that a report without a phone need not pay

    return phonenumbers.is_valid_number(phonenumbers.parse(f"{phone.area}{phone.digits}", "CN"))


def area_fits(area: str, region: str) -> bool | None:
    """Tell whether an area code belongs to a region, after the zh data of ``phonenumbers``.

    Args:
        area: with its zero, ``0812``.
        region: an area code, or a name that begins with the province (四川省攀枝花市盐边县).

    Returns:
        None when the name does not decide it: an area code that nobody has, without a province, or with one city only, which may
        be a county-level city that shares its prefecture's code.
    """
    if region.isdigit():
        return area == region if region_of(region) else None
    home = region_of(area)
    province = _province(region)
    if not home or not province:
        return None
    if _province(home) != province:
        return False
    cities = _PROVINCE_SUFFIX.sub("", home.removeprefix(province)).split("、")
    if any(_CITY_SUFFIX.sub("", city) in region for city in cities):
        return True
    return False if _PREFECTURE_AND_COUNTY.match(region.removeprefix(province)) else None


def region_of(area: str) -> str:
    """Return the region of an area code (0812: 四川省攀枝花市), or an empty text when unknown."""
    import phonenumbers  # noqa: PLC0415
    from phonenumbers import geocoder  # noqa: PLC0415 - half a second, only where a region is given

    for digits in ("22222222", "2222222"):
        region = geocoder.description_for_number(phonenumbers.parse(f"{area}{digits}", "CN"), "zh")
        if region and region != "中国":
            return str(region)
    return ""


_PROVINCES = [
    "北京",
    "天津",
    "河北",
    "山西",
    "内蒙古",
    "辽宁",
    "吉林",
    "黑龙江",
    "上海",
    "江苏",
    "浙江",
    "安徽",
    "福建",
    "江西",
    "山东",
    "河南",
    "湖北",
    "湖南",
    "广东",
    "广西",
    "海南",
    "重庆",
    "四川",
    "贵州",
    "云南",
    "西藏",
    "陕西",
    "甘肃",
    "青海",
    "宁夏",
    "新疆",
]
_PROVINCE_SUFFIX = re.compile("^(?:省|市|壮族自治区|回族自治区|维吾尔自治区|自治区)")
_CITY_SUFFIX = re.compile("(?:市|地区|盟|[^市]{0,8}自治州|州)$")
_PREFECTURE_AND_COUNTY = re.compile("(?:省|[^市州盟]{0,4}自治区)?[^市州盟]{2,12}(?:市|州|盟|地区).{1,12}[县区市旗]")


def _province(region: str) -> str:
    return next((name for name in _PROVINCES if region.startswith(name)), "")
