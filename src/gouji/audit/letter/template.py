"""A Word document with placeholders, read once and filled for every letter.

The document is the office's own; what is put into it is not. Every value is shown as plain text, whatever
the template asks for, and an expression in it can reach nothing but the values of the letter.
"""

import re
import zipfile
from collections.abc import MutableMapping
from datetime import date, datetime, time
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import docxtpl  # type: ignore[import-untyped]  # it brings no types
import jinja2
from docx.opc.exceptions import OpcError
from jinja2.sandbox import SandboxedEnvironment
from lxml import etree
from markupsafe import Markup, escape
from msgspec import Struct, structs, to_builtins

from gouji.audit.letter.blank import blank
from gouji.audit.letter.content import Group, Item, Letter, Year
from gouji.errors import UsageError
from gouji.reporters.escape import visible
from gouji.wording import Text, shorten

LARGEST = 8 * 2**20  # bytes
LARGEST_INFLATED = 64 * 2**20
NEEDED = ("单位", "各年")  # a letter without them says nothing to anybody
LONGEST_REASON, LONGEST_LINE = 200, 80  # characters

_UNDEFINED = re.compile(r"'([^']*)'(?: is undefined)?\Z")  # 'dict object' has no attribute '年分'
_CONTEXT = 3  # which line of docxtpl's excerpt is the one at fault


class Stationery:
    """A template that letters are written on."""

    def __init__(self, data: bytes, name: str) -> None:
        """Take the bytes of a Word document, and try it out, so that no letter is written where one cannot be.

        Raises:
            UsageError: it is no Word document, or its placeholders are unknown, wrong or not enough.
        """
        self._data, self._name = data, name
        self._jinja = _Environment()
        self._check_file()
        self._try()

    def filled(self, letter: Letter, day: date) -> bytes:
        """Return a letter as a Word document; the same letter always gives the same bytes.

        Args:
            letter: what it says.
            day: when it was made, for the properties of the document.

        Raises:
            UsageError: the template cannot be filled with this letter.
        """
        try:
            document = self._rendered(letter)
            properties = document.docx.core_properties
            properties.created = properties.modified = datetime.combine(day, time())
            file = BytesIO()
            document.save(file)
        except Exception as error:  # noqa: BLE001 - an expression of a template may raise anything
            raise self._refused(_reason(error)) from None
        return _sealed(file)

    def _rendered(self, letter: Letter) -> "_Document":
        document = _Document(BytesIO(self._data))
        document.render(to_builtins(letter), self._jinja, autoescape=True)
        return document

    def _check_file(self) -> None:
        try:
            with ZipFile(BytesIO(self._data)) as archive:
                size = sum(member.file_size for member in archive.infolist())
            if size > LARGEST_INFLATED:
                raise self._refused(Text("展开后太大", "it is too large when inflated"))
            _Document(BytesIO(self._data)).get_docx()
        except (zipfile.BadZipFile, OpcError, KeyError, ValueError, NotImplementedError, etree.XMLSyntaxError):
            text = Text("不是 Word 文档（.docx），请在 Word/WPS 中另存为 .docx", "it is no Word document (.docx)")
            raise self._refused(text) from None

    def _try(self) -> None:
        """Fill it with every kind of content there is."""
        problem: Exception | None = None
        try:
            self._rendered(_SPECIMEN)
        except Exception as error:  # noqa: BLE001 - an expression of a template may raise anything
            problem = error
        if not isinstance(problem, jinja2.TemplateSyntaxError):
            try:
                self._check_names()  # says all unknown names at once
            except jinja2.TemplateSyntaxError as error:
                problem = error
        if problem is not None:
            raise self._refused(_reason(problem))

    def _check_names(self) -> None:
        used = _Document(BytesIO(self._data)).get_undeclared_template_variables(self._jinja)
        unknown, missing = sorted(used - set(_names(Letter))), [name for name in NEEDED if name not in used]
        if unknown:
            raise self._refused(_unknown("、".join(unknown)))
        if missing:
            names = "、".join(missing)
            raise self._refused(Text(f"没有用到 {names}，写不成通知书", f"it does not use {names}"))

    def _refused(self, text: Text) -> UsageError:
        return UsageError(
            Text(f"通知书模板 {self._name}：{text.zh}", f"template of the notices {self._name}: {text.en}")
        )


def stationery(path: Path | None) -> Stationery:
    """Return the template in a file, or the one that gouji brings.

    Raises:
        UsageError: the file cannot be read, or is no template that letters can be written on.
    """
    if path is None:
        return Stationery(blank(), "notice.docx")
    name = visible(str(path))
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
    except OSError as error:
        reason = error.strerror or str(error)
        text = Text(f"通知书模板 {name} 读不了：{reason}", f"template of the notices {name} cannot be read: {reason}")
        raise UsageError(text) from None
    if len(data) > LARGEST:
        size = f"{LARGEST // 2**20} MB"
        text = Text(f"通知书模板 {name} 超过 {size}", f"template of the notices {name} is larger than {size}")
        raise UsageError(text)
    return Stationery(data, name)


class _Document(docxtpl.DocxTemplate):  # type: ignore[misc]  # it brings no types
    """A template that is not mended silently."""

    def fix_tables(self, xml: str) -> object:
        """Refuse what is not well-formed (a block that begins in a paragraph and ends in a table).

        docxtpl parses it as far as it goes and drops the rest.
        """
        etree.fromstring(xml)
        return super().fix_tables(xml)


class _Environment(SandboxedEnvironment):
    """A sandbox that compiles a source once: every letter has the same."""

    def __init__(self) -> None:
        super().__init__(autoescape=True, undefined=jinja2.StrictUndefined, finalize=_shown)
        self._compiled: dict[str | jinja2.nodes.Template, jinja2.Template] = {}

    def from_string(
        self,
        source: str | jinja2.nodes.Template,
        globals: MutableMapping[str, Any] | None = None,  # noqa: A002 - the name it has in Jinja
        template_class: type[jinja2.Template] | None = None,
    ) -> jinja2.Template:
        """Compile a template, or return it as compiled before."""
        if source not in self._compiled:
            self._compiled[source] = super().from_string(source, globals, template_class)
        return self._compiled[source]


def _shown(value: object) -> object:
    """Return a value as text that stays text: also where a template calls it safe or turns escaping off."""
    return Markup(escape(visible(str(value))))  # noqa: S704 - escaped right here


def _sealed(file: BytesIO) -> bytes:
    """Return a document without the times at which its parts were zipped."""
    sealed = BytesIO()
    with ZipFile(file) as archive, ZipFile(sealed, "w") as copy:
        for member in archive.infolist():
            plain = ZipInfo(member.filename, (1980, 1, 1, 0, 0, 0))
            plain.create_system, plain.compress_type = 3, ZIP_DEFLATED
            copy.writestr(plain, archive.read(member))
    return sealed.getvalue()


# --- what is wrong with a template ----------------------------------------------------------------


def _reason(error: Exception) -> Text:
    said = shorten(visible(str(error)), LONGEST_REASON)
    if isinstance(error, jinja2.TemplateSyntaxError):
        lines = [shorten(visible(line), LONGEST_LINE) for line in getattr(error, "docx_context", ())]
        near = lines[min(_CONTEXT, error.lineno - 1)] if lines else ""
        there = Text(f"，在“{near}”处", f", near “{near}”") if near else Text("", "")
        return Text(f"占位符写法不对{there.zh}：{said}", f"a placeholder is written wrongly{there.en}: {said}")
    if isinstance(error, jinja2.UndefinedError):
        name = _UNDEFINED.search(said)
        return _unknown(name[1] if name else said)
    if isinstance(error, etree.XMLSyntaxError):
        return Text(
            "{% for %} 或 {% if %} 的开头和结尾不在同一层（如一头在段落里、一头在表格里）；各占一段时写成 {%p for … %}、{%p if … %}",
            "a block begins and ends at different levels (in a paragraph and in a table, say); in paragraphs of their own write {%p for … %} and {%p if … %}",
        )
    return Text(f"填写不了：{said}", f"it cannot be filled: {said}")


def _unknown(what: str) -> Text:
    known = "；".join("、".join(_names(part)) for part in (Letter, Year, Group, Item))
    return Text(f"有不认识的占位符：{what}。可用的有：{known}", f"unknown placeholder: {what}. There are: {known}")


def _names(part: type[Struct]) -> tuple[str, ...]:
    return tuple(field.encode_name for field in structs.fields(part))


_SPECIMEN = Letter(
    office="某办公室", sent=2025, unit="某单位", reported="2024", genre="问题的整改通知", checked="2025年4月1日",
    years=(
        Year("一", 2024, ("某单位.docx",), (
            Group("一", "存在的问题", "说明。", "改正", (Item(1, "情况。", "位置。", ("详情。",), "依据。", "办法。"), Item(2, "情况。"))),
            Group("二", "需人工核对", "", "核对", (Item(1, "情况。"),)),
        )),
        Year("二", 2025, (), ()),
    ),
    last="三", days=10, due="2025年4月16日", supposed="说明。", version="1",
)  # fmt: skip
