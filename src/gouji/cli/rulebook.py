"""Rules shown to people: the table of a pack, and the page of one rule."""

from io import StringIO

from msgspec import Struct
from rich import box
from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text as Rich

from gouji.finding import Severity
from gouji.intake import INCIDENTS, Incident
from gouji.pack import Pack
from gouji.reporters.escape import visible
from gouji.rule import Example, Rule
from gouji.wording import Text

_STYLES = {Severity.ERROR: "bold red", Severity.WARNING: "bold yellow", Severity.INFO: "bold blue"}
_EACH = {"rows": Text("（每行）", "(every row)"), "columns": Text("（每列）", "(every column)")}


class Page(Struct, frozen=True):
    """How rules are shown: language, colours, and columns to wrap at."""

    lang: str
    color: bool
    width: int | None

    def table(self, pack: Pack) -> str:
        """Draw every rule of a pack, the built-in ones first."""
        rules = Table(box=box.SIMPLE_HEAD, padding=(0, 1), show_edge=False)
        for title in (Text("编号", "id"), Text("级别", "severity"), Text("名称", "slug"), Text("要求", "demand")):
            rules.add_column(title.in_language(self.lang), overflow="fold")
        shown = [(rule.id, rule.severity, rule.slug, rule.title) for rule in INCIDENTS.values()]
        shown += [(rule.id, rule.severity, rule.slug, _with_reason(rule, pack)) for rule in pack.rules]
        for rule_id, severity, slug, demand in shown:
            rules.add_row(
                Rich(rule_id, style="bold"),
                Rich(severity.value, style=_STYLES[severity]),
                slug,
                Rich(visible(demand.in_language(self.lang))),
            )
        return self._drawn([Rich(f"{pack.pack}  {pack.title.in_language(self.lang)}", style="bold"), rules])

    def incident(self, incident: Incident) -> str:
        """Draw the page of a built-in rule."""
        head = self._head(incident.id, incident.slug, incident.severity, incident.title)
        return self._drawn([*head, *self._part(Text("改正", "to do"), incident.remedy)])

    def rule(self, rule: Rule, pack: Pack) -> str:
        """Draw the page of a rule: what it demands, why, on what basis, and its examples."""
        lines = self._head(rule.id, rule.slug, rule.severity, rule.title)
        equation = getattr(rule, "equation", None)
        if equation:
            each = _EACH.get(getattr(rule, "for_each", ""), Text("", ""))
            lines.append(Rich(f"  {equation} {each.in_language(self.lang)}", style="cyan"))
        lines += self._part(Text("报告时写", "says"), rule.message)
        lines += self._part(Text("为什么", "why"), rule.why)
        lines += self._part(Text("依据", "basis"), rule.basis)
        lines += self._part(Text("改正", "to do"), rule.remedy)
        if rule.units:
            lines += self._part(Text("适用单位", "units"), Text("、".join(rule.units), ", ".join(rule.units)))
        if rule.examples:
            lines += self._examples(Text("不通过的例子", "fails"), rule.examples.fails, pack)
            lines += self._examples(Text("通过的例子", "passes"), rule.examples.passes, pack)
        return self._drawn(lines)

    def _drawn(self, parts: list[RenderableType]) -> str:
        out = StringIO()
        console = Console(
            file=out,
            width=self.width or 100,
            force_terminal=self.color,
            color_system="standard" if self.color else None,
            markup=False,
            highlight=False,
            emoji=False,
            legacy_windows=False,
        )
        for part in parts:
            console.print(part)
        return "\n".join(line.rstrip() for line in out.getvalue().splitlines()) + "\n"

    def _head(self, rule: str, slug: str, severity: Severity, title: Text) -> list[RenderableType]:
        first = Rich.assemble((rule, "bold"), " ", slug, "  ", (severity.value, _STYLES[severity]))
        return [first, Rich(visible(title.in_language(self.lang)), style="bold")]

    def _part(self, label: Text, text: Text | None) -> list[RenderableType]:
        if text is None:
            return []
        said = Rich(visible(text.in_language(self.lang)))
        return [Rich(label.in_language(self.lang), style="dim"), Padding(said, (0, 0, 0, 2))]

    def _examples(self, label: Text, examples: tuple[Example, ...], pack: Pack) -> list[RenderableType]:
        lines: list[RenderableType] = [Rich(label.in_language(self.lang), style="bold")]
        for example in examples:
            if not example.change:
                specimen = Text("规则包的样本原文", "the specimen of the pack").in_language(self.lang)
                lines.append(Rich(f"  {specimen} ({pack.specimen})"))
            for old, new in example.change.items():
                lines += _difference(old, new)
            if example.previous is not None:
                before = Text(
                    "上年报告（--previous）是样本，改动如下", "the year before (--previous): the specimen with"
                )
                lines.append(Rich(f"  {before.in_language(self.lang)}", style="dim"))
                for old, new in example.previous.items():
                    lines += _difference(old, new)
            options = [
                f"--{name} {value}"
                for name in ("region", "date", "year", "published")
                if (value := getattr(example, name))
            ]
            if options:
                lines.append(Rich(f"  {' '.join(options)}", style="dim"))
        return lines


def _with_reason(rule: Rule, pack: Pack) -> Text:
    """Return what a rule demands, or that and why it is not used."""
    reason = pack.reasons.get(rule.id)
    if reason is None:
        return rule.title
    return Text(f"（停用：{reason.zh}）{rule.title.zh}", f"(disabled: {reason.en}) {rule.title.en}")


def _difference(old: str, new: str) -> list[RenderableType]:
    return [
        Padding(Rich(f"{sign} {visible(line)}", style=style), (0, 0, 0, 2))
        for sign, text, style in (("-", old, "red"), ("+", new, "green"))
        for line in text.strip("\n").split("\n")
    ]
