"""``gouji explain``: one rule with its reasons and examples."""

from difflib import get_close_matches

from gouji.cli import rulebook
from gouji.cli.console import OK, colored, columns, deliver, language
from gouji.errors import UsageError
from gouji.intake import INCIDENTS
from gouji.pack_store import find_pack, load_pack, shipped_packs
from gouji.wording import Text


def explain(name: str, pack: str | None, *, color: bool) -> int:
    """Explain the rule of that id or slug.

    Raises:
        UsageError: no pack has such a rule.
    """
    page = rulebook.Page(language(), color=colored(wanted=color, to_file=False), width=columns())
    incident = next((i for i in INCIDENTS.values() if name in (i.id, i.slug)), None)
    if incident:
        deliver(page.incident(incident), None)
        return OK
    names = []
    for path in (find_pack(pack),) if pack else reversed(shipped_packs()):
        loaded = load_pack(path, examples=True)
        for rule in loaded.rules:
            if name in (rule.id, rule.slug):
                deliver(page.rule(rule, loaded), None)
                return OK
            names += [rule.id, rule.slug]
    close = get_close_matches(name, names, 1)
    hint = Text(f"，是不是 {close[0]}？", f", did you mean {close[0]}?") if close else Text("", "")
    raise UsageError(Text(f"没有规则 {name}{hint.zh}", f"no rule {name}{hint.en}"))
