"""Fields of a Word document: their results are shown, their instructions are not."""

from lxml import etree
from msgspec import Struct, field

from gouji.readers.docx.names import attribute, child, names, number, value

_LONGEST_KIND = 20  # characters of an instruction that tell its kind
_DRAWS_ITSELF = "EQ"  # shows what its instruction says: a character in a circle, say

_FORM, _DROP_DOWN = names("ffData"), names("ddList")
_CHOSEN, _PRESET, _ENTRY = names("result"), names("default"), names("listEntry")


class _Field(Struct):
    is_instruction: bool = True  # until the result comes
    code: str = ""
    hidden: int = 0  # characters in the instruction


class Fields(Struct):
    """The fields that have begun and not ended, from the outermost.

    Attributes:
        instructing: how many of them are still in their instruction; text is shown only when none is.
        formulas: fields that ended without a result and draw their own instruction.
    """

    instructing: int = 0
    formulas: int = 0
    _open: list[_Field] = field(default_factory=list)

    def turn(self, character: etree._Element) -> None:
        """See to a mark of a field: its begin, the border between instruction and result, its end."""
        kind = attribute(character, "fldCharType")
        if kind == "begin":
            self._open.append(_Field())
            self.instructing += 1
        elif self._open and kind in ("separate", "end"):
            last = self._open[-1]
            if kind == "end":
                self._open.pop()
                self.formulas += last.is_instruction and last.code.split()[:1] == [_DRAWS_ITSELF]
            self.instructing -= last.is_instruction
            last.is_instruction = False
            if kind == "end" and self.instructing:
                self._open[-1].hidden += last.hidden  # hidden by the instruction around it, too

    def instruct(self, text: str) -> None:
        """Add to the instruction of the innermost field."""
        if self._open and len(self._open[-1].code) < _LONGEST_KIND:
            self._open[-1].code += text.lstrip()[:_LONGEST_KIND].upper()

    def hide(self, characters: int) -> None:
        """Count text that stands in an instruction."""
        self._open[-1].hidden += characters

    @property
    def still_hide(self) -> bool:
        """Tell whether text stands in the instruction of a field that has not ended."""
        return any(open_field.hidden for open_field in self._open)


def chosen_entry(character: etree._Element) -> str:
    """Return what a drop-down list of a form shows, given the begin of its field; else nothing."""
    entries = child(child(character, _FORM), _DROP_DOWN)
    if entries is None:
        return ""
    chosen = child(entries, _CHOSEN)
    chosen = child(entries, _PRESET) if chosen is None else chosen
    at = 0 if chosen is None else number(value(chosen), 0)
    texts = [value(entry) for entry in entries if entry.tag in _ENTRY]
    return texts[at] if 0 <= at < len(texts) else ""
