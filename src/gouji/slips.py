"""Kinds of slips: how a number may have come to be another one."""

from collections.abc import Sequence

from gouji.ties import Change
from gouji.wording import Text

_SWAPPED_DIGITS = Text("相邻两位数字颠倒", "two digits transposed")
_DROPPED = Text("漏写一位数字", "a digit dropped")
_DOUBLED = Text("一位数字重复", "a digit doubled")
_ADDED = Text("多写一位数字", "a digit too many")
_MISTYPED = Text("一位数字写错", "one digit wrong")
_UNFILLED = Text("总计没有汇总", "the total was never summed up")
_BLANK = Text("没有填", "not filled in")
_SWAPPED_CELLS = Text("两格数字写反", "two cells swapped")
_TWO = 2


def slip(changes: Sequence[Change], totals: frozenset[str], blank: frozenset[str]) -> Text | None:
    """Name the slip that changes look like.

    Args:
        changes: what should be changed to what.
        totals: cells that are the sum of others.
        blank: cells in which nothing is written.

    Returns:
        The kind of slip; None when it is none that is known.
    """
    if len(changes) == _TWO:
        one, other = changes
        return _SWAPPED_CELLS if (one.old, one.new) == (other.new, other.old) else None
    if len(changes) != 1:
        return None
    (change,) = changes
    if change.key in blank:
        return _BLANK
    return _UNFILLED if not change.old and change.key in totals else _of_digits(str(change.old), str(change.new))


def _of_digits(old: str, new: str) -> Text | None:
    if len(old) == len(new):
        different = [n for n, (a, b) in enumerate(zip(old, new, strict=True)) if a != b]
        if len(different) == 1 and len(old) > 1:
            return _MISTYPED
        first, last = different[0], different[-1]
        swapped = len(different) == _TWO and last == first + 1 and old[first : last + 1] == new[first : last + 1][::-1]
        return _SWAPPED_DIGITS if swapped else None
    if len(new) == len(old) + 1 and old != "0" and old in _shortened(new):
        return _DROPPED
    if len(old) == len(new) + 1 and new != "0" and new in _shortened(old):
        doubled = any(old[n] == old[n + 1] and old[:n] + old[n + 1 :] == new for n in range(len(new)))
        return _DOUBLED if doubled else _ADDED
    return None


def _shortened(digits: str) -> set[str]:
    return {digits[:n] + digits[n + 1 :] for n in range(len(digits))}
