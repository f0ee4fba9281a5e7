"""``gouji explain``: one rule with its reasons and examples, or what the equations of a pack cannot show."""

from difflib import get_close_matches

from gouji.blind_spots import blind_spots
from gouji.cli import rulebook
from gouji.cli.console import OK, colored, columns, deliver, language
from gouji.errors import UsageError
from gouji.intake import INCIDENTS
from gouji.pack_store import find_pack, load_pack, shipped_packs
from gouji.wording import Text


def explain(name: str, pack: str | None, *, color: bool) -> int:
    """Explain the rule of that id or slug.

    Raises:
        UsageError: no rule was named, or no pack has it.
    """
    if not name:
        raise UsageError(Text("请写规则编号或名称，或用 --blind-spots", "name a rule, or use --blind-spots"))
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


def explain_blind_spots(pack: str, rule: str, *, color: bool) -> int:
    """Say what the equations of a pack cannot show.

    Raises:
        UsageError: a rule was named as well, or there is no such pack.
    """
    if rule:
        raise UsageError(
            Text("--blind-spots 说的是整个规则包，不能同时写规则", "--blind-spots is about a whole pack, not a rule")
        )
    page = rulebook.Page(language(), color=colored(wanted=color, to_file=False), width=columns())
    loaded = load_pack(find_pack(pack))
    deliver(page.blind_spots(loaded, tuple(blind_spots(loaded))), None)
    return OK
