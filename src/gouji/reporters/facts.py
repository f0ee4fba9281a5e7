"""What was read from one report: for people, for programs, for spreadsheets."""

import csv
from datetime import date
from decimal import Decimal
from io import StringIO

from gouji.dates import Period
from gouji.document import Published
from gouji.facts import Fact, FieldValue, Reading
from gouji.forms import Form
from gouji.personal import hidden
from gouji.reporters.escape import inert, visible
from gouji.reporters.json import Json, dumped, place


def as_json(reading: Reading) -> str:
    """Write a reading as JSON; money is a decimal string, counts are integers."""
    content: Json = {
        "schema": "gouji-facts/1",
        "path": reading.path,
        "unit": reading.unit,
        "unit_kind": reading.unit_kind,
        "year": reading.year,
        "published": _published(reading.published),
        "pack": reading.pack,
        "sections": [
            {"key": s.key, "title": s.title, "place": place(s.heading.place)} for s in reading.sections.values()
        ],
        "fields": {key: [_field(value) for value in values] for key, values in reading.fields.items() if values},
        "facts": {key: _fact(fact) for key, fact in reading.facts.items()},
    }
    return dumped(content)


def _published(published: Published | None) -> Json:
    if published is None:
        return None
    return {"value": published.day.isoformat(), "source": published.source.en, "place": place(published.place)}


def _field(value: FieldValue) -> Json:
    return {"value": _typed(value.value), "raw": hidden(value.raw), "place": place(value.place)}


def _typed(value: int | str | date | Period | None) -> Json:
    if isinstance(value, Period):
        return {"start": value.start.isoformat(), "end": value.end.isoformat()}
    if isinstance(value, date):
        return value.isoformat()
    return hidden(value) if isinstance(value, str) else value


def _fact(fact: Fact) -> Json:
    value = str(fact.value) if isinstance(fact.value, Decimal) else fact.value
    return {"value": value, "raw": fact.raw, "state": fact.state.value, "place": place(fact.place)}


def as_csv(reading: Reading) -> str:
    """Write the facts as CSV: key, value, state, raw, line, column; spreadsheets run no cell as a formula."""
    out = StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["key", "value", "state", "raw", "line", "column"])
    for key, fact in reading.facts.items():
        value = "" if fact.value is None else str(fact.value)
        writer.writerow([key, value, fact.state.value, inert(fact.raw), fact.place.line or "", fact.place.column or ""])
    return out.getvalue()


def as_table(reading: Reading, forms: dict[str, Form], lang: str, *, color: bool) -> str:
    """Draw the sections, the fields and every form as it was read."""
    from rich import box  # noqa: PLC0415
    from rich.console import Console  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text as Rich  # noqa: PLC0415

    out = StringIO()
    console = Console(
        file=out, width=100, force_terminal=color, color_system="standard" if color else None, markup=False,
        highlight=False, emoji=False, legacy_windows=False,
    )  # fmt: skip
    console.print(Rich(visible(f"{reading.path}  {reading.unit}  {reading.year or '?'}  {reading.pack}"), style="bold"))
    fields = Table(box=box.SIMPLE, show_header=False)
    for section in reading.sections.values():
        fields.add_row(
            Rich(section.key, style="cyan"), Rich(visible(section.title)), Rich(_line(section.heading.place.line))
        )
    for key, values in reading.fields.items():
        for value in values[:3]:
            fields.add_row(
                Rich(key, style="cyan"), Rich(visible(hidden(value.raw)[:60])), Rich(_line(value.place.line))
            )
    console.print(fields)
    for form in forms.values():
        console.print(Rich(form.name.in_language(lang), style="bold"))
        console.print(_form_table(form, reading, lang))
    return "\n".join(line.rstrip() for line in out.getvalue().splitlines()) + "\n"


def _line(line: int | None) -> str:
    return f"L{line}" if line else ""


def _form_table(form: Form, reading: Reading, lang: str) -> object:
    from rich import box  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text as Rich  # noqa: PLC0415

    columns = tuple(form.column_titles)
    table = Table(box=box.SQUARE, padding=0)
    table.add_column("")
    for column in columns:
        table.add_column(Rich(form.column_titles[column].in_language(lang)), justify="right")
    for row in form.rows:
        facts = [reading.facts.get(f"{form.key}.{row}.{column}") for column in columns]
        if any(facts):
            cells = [Rich(_shown(fact), style="" if fact and fact.value is not None else "yellow") for fact in facts]
            table.add_row(Rich(visible(form.row_titles[row].in_language(lang))), *cells)
    return table


def _shown(fact: Fact | None) -> str:
    if fact is None:
        return ""
    return str(fact.value) if fact.state.value == "number" else visible(fact.raw) or f"<{fact.state.value}>"
