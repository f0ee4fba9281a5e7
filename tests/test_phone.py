"""Telephone numbers: their kind by their shape, their area by the numbering plan."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gouji.phone import Phone, area_fits, is_valid, read_phone, region_of

DASHES = ["-", "—", "——", "–", "－", "―", "─", "~", "～", " ", "_", "--"]


@pytest.mark.parametrize(
    ("text", "phone"),
    [
        ("0812-8650123", Phone("landline", "8650123", "0812")),
        ("08128650123", Phone("landline", "8650123", "0812")),
        ("(0812)8650123", Phone("landline", "8650123", "0812")),
        ("010-55550123", Phone("landline", "55550123", "010")),
        ("025—55550123", Phone("landline", "55550123", "025")),
        ("0812-8650123-801", Phone("landline", "8650123", "0812")),
        ("8650123", Phone("local", "8650123")),
        ("82875429", Phone("local", "82875429")),
        ("13800000000", Phone("mobile", "13800000000")),
        ("+86 13800000000", Phone("mobile", "13800000000")),
        ("12345", Phone("service", "12345")),
        ("95555", Phone("service", "95555")),
        ("400-555-0123", Phone("service", "400-555-0123")),
        ("057********58", Phone("masked")),
        ("138xxxx0000", Phone("masked")),
        ("0812-86501", Phone("malformed")),
        ("0812-865012345", Phone("malformed")),
        ("01-55550123", Phone("malformed")),
        ("1234567", Phone("malformed")),
        ("柳溪镇", Phone("malformed")),
        ("", Phone("malformed")),
    ],
)
def test_read_phone(text: str, phone: Phone) -> None:
    """The shape decides the kind; an extension is not part of the number."""
    assert read_phone(text) == phone


@given(
    dash=st.sampled_from(DASHES),
    area=st.from_regex(r"0(10|2[0-9]|[3-9][0-9]{2})", fullmatch=True),
    digits=st.from_regex(r"[2-9][0-9]{6,7}", fullmatch=True),
)
def test_landlines(dash: str, area: str, digits: str) -> None:
    """Every dash in print parts area code and number."""
    phone = read_phone(f"{area}{dash}{digits}")
    assert phone == Phone("landline", digits, area)
    assert str(phone) == f"{area}-{digits}"
    assert read_phone(str(phone)) == phone


@pytest.mark.parametrize(("phone", "text"), [(Phone("mobile", "13800000000"), "13800000000"), (Phone("masked"), "")])
def test_phone_without_area(phone: Phone, text: str) -> None:
    """A number without an area code is written as its digits."""
    assert str(phone) == text


@given(text=st.text() | st.text("0123456789-—*x+() "))
def test_never_raises(text: str) -> None:
    """Any text is some kind of phone, with digits exactly when it is a number."""
    phone = read_phone(text)
    assert bool(phone.digits) == (phone.kind not in ("masked", "malformed"))


@pytest.mark.parametrize(
    ("text", "valid"),
    [
        ("0812-8650123", True),
        ("010-55550123", True),
        ("0812-86501234", False),
        ("13800000000", True),
        ("12345", True),
        ("8650123", True),
        ("057********58", False),
        ("0812-86501", False),
    ],
)
def test_is_valid(text: str, *, valid: bool) -> None:
    """The numbering plan has the last word on landlines and mobiles; masks are never valid."""
    assert is_valid(read_phone(text)) is valid


@pytest.mark.parametrize(("area", "region"), [("0812", "四川省攀枝花市"), ("010", "北京市"), ("0300", "")])
def test_region_of(area: str, region: str) -> None:
    """An area code names its region, an unknown one none."""
    assert region_of(area) == region


@pytest.mark.parametrize(
    ("area", "region", "fits"),
    [
        ("0812", "0812", True),
        ("0812", "0517", False),
        ("0812", "四川省攀枝花市盐边县", True),
        ("0812", "四川省攀枝花市", True),
        ("0812", "江苏省淮安市洪泽区", False),
        ("0812", "四川省成都市武侯区", False),
        ("0812", "四川省盐边县", None),
        ("0812", "四川省", None),
        ("0812", "盐边县", None),
        ("0300", "四川省攀枝花市", None),
        ("010", "北京市东城区", True),
    ],
)
def test_area_fits(area: str, region: str, *, fits: bool | None) -> None:
    """Province and city decide; a name that does not decide it is left open."""
    assert area_fits(area, region) is fits
