"""How a report is to be shown: what every reporter may ask about."""

from msgspec import Struct

from gouji.finding import Finding, Severity
from gouji.reporters.escape import visible
from gouji.wording import Text


def settled(finding: Finding) -> Text:
    """Say why a finding does not count."""
    if finding.suppressed:
        return Text(f"已豁免（{finding.suppressed}）", f"suppressed ({finding.suppressed})")
    return Text(f"基线已有（{finding.known}）", f"in the baseline ({finding.known})")


class View(Struct, frozen=True, kw_only=True):
    """How to show a report.

    Attributes:
        lang: ``zh`` or ``en``.
        color: with ANSI colours.
        width: columns to wrap at; None leaves lines as long as they are.
        brief: one line a finding, without table, basis and remedy.
        statistics: also count findings by rule.
        fail_on: findings from this severity on make the run fail; None for none.
    """

    lang: str = "zh"
    color: bool = False
    width: int | None = None
    brief: bool = False
    statistics: bool = False
    fail_on: Severity | None = Severity.ERROR

    def say(self, text: Text) -> str:
        """Return a text in the view's language, made harmless."""
        return visible(text.in_language(self.lang))

    def paint(self, words: str, style: str) -> str:
        """Colour words, where colours are wanted."""
        if not self.color:
            return words
        from rich.style import Style  # noqa: PLC0415 - a hook's output has no colours

        return Style.parse(style).render(words)
