"""What proofs say to people (as Markdown, so that it can be kept as a page) and to the next run (as JSON)."""

from collections.abc import Callable, Iterator, Mapping, Sequence

import msgspec

from gouji.errors import UsageError
from gouji.pack import Pack
from gouji.proof.edits import FILE_IS_CHANGED
from gouji.proof.examples import RuleProof
from gouji.proof.faults import FAULTS
from gouji.proof.mutation import Outcome, Rate, grouped
from gouji.wording import Text

MOST_PLACES = 4  # named of those where a fault was not seen

_TITLES = {fault.key: fault.title for fault, _ in FAULTS}
Rates = dict[str, dict[str, dict[str, Rate]]]


def examples_page(pack: Pack, proofs: Sequence[RuleProof], lang: str) -> str:
    """Tell what the examples of a pack show, rule by rule, and what does not behave."""

    def say(zh: str, en: str) -> str:
        return Text(zh, en).in_language(lang)

    lines = [f"# {pack.pack} {pack.title.in_language(lang)}", ""]
    lines.append(say("| 规则 | 名称 | 不通过 | 通过 | 实例 |", "| rule | slug | fails | passes | instances |"))
    lines.append("|---|---|---|---|---|")
    slugs = {rule.id: rule.slug for rule in pack.rules}
    for proof in proofs:
        fails = sum(trial.fails for trial in proof.trials)
        row = (proof.rule, slugs[proof.rule], fails, len(proof.trials) - fails, f"{len(proof.failed)}/{len(proof.met)}")
        lines.append("| " + " | ".join(map(str, row)) + " |")
    trials = sum(len(proof.trials) for proof in proofs)
    failed, met = sum(len(proof.failed) for proof in proofs), sum(len(proof.met) for proof in proofs)
    wrong = [(proof.rule, problem) for proof in proofs for problem in proof.problems]
    lines += ["", say(
        f"{len(proofs)} 条规则，{trials} 个例子；例子涉及 {met} 个实例（行、列、章节、要素），其中 {failed} 个有不通过的例子。",
        f"{len(proofs)} rules, {trials} examples; they meet {met} instances (rows, columns, sections, fields) and make {failed} of them fail.",
    )]  # fmt: skip
    if wrong:
        lines += ["", say(f"不符合声明的有 {len(wrong)} 处：", f"{len(wrong)} do not behave as declared:"), ""]
        lines += [f"- {rule} {problem.in_language(lang)}" for rule, problem in wrong]
    else:
        lines += ["", say("全部符合声明。", "All behave as declared.")]
    return "\n".join(lines) + "\n"


def mutation_page(pack: Pack, outcomes: Sequence[Outcome], lang: str) -> str:
    """Tell what was found of the faults put into clean reports, and why the rest was not."""
    return "\n".join(_mutation_lines(pack, outcomes, lang)) + "\n"


def _mutation_lines(pack: Pack, outcomes: Sequence[Outcome], lang: str) -> Iterator[str]:
    def say(zh: str, en: str) -> str:
        return Text(zh, en).in_language(lang)

    yield f"# {pack.pack}{say('：把错误放进没有错误的报告', ': faults put into clean reports')}"
    yield ""
    yield say(
        "每次在一处放进一个错误，再核对一次。应发现：有规则或等式看得出来的；定位：结论指向的格子或等式的数字里有这一格；"
        "唯一：各条结论合起来只剩这一格。注记不算数，除非正是那条规则该说的。",
        "One fault at one place at a time, then the report is checked. Due: a rule or an equation can see it. Located: "
        "the finding points at the cell, or has it in its equation. Pinpointed: the findings together leave that cell "
        "alone. Notes count only where they are what the rule is there to say.",
    )
    for outcome in outcomes:
        yield from ["", f"## {outcome.report}", ""]
        if outcome.format not in FILE_IS_CHANGED:
            yield say(
                "这种格式不能改写文件，改的是读出来的内容，读取器没有再读一遍。",
                "A file of this format cannot be rewritten: what was read is changed, and not read again.",
            )
            yield ""
        yield say(
            "| 错误 | 放进 | 应发现 | 发现 | 单格 | 定位 | 唯一 | 其他规则发现 |",
            "| fault | injected | due | detected | one cell | located | pinpointed | by other rules |",
        )
        yield "|---|---|---|---|---|---|---|---|"
        for key, rate in outcome.faults.items():
            yield f"| {_TITLES[key].in_language(lang)} | {rate.injected} | {_cells(rate)} |"
        yield ""
        yield from _remarks(outcome, lang)
    rules = total(outcomes)
    yield from ["", say("## 各条规则", "## Rule by rule"), ""]
    yield say(
        "| 规则 | 应发现 | 发现 | 单格 | 定位 | 额外发现 |", "| rule | due | detected | one cell | located | beyond |"
    )
    yield "|---|---|---|---|---|---|"
    for rule in sorted(rules):
        rate = rules[rule]
        shares = f"{_percent(rate.detected, rate.due)} | {rate.single} | {_percent(rate.located, rate.single)}"
        yield f"| {rule} | {rate.due} | {shares} | {rate.beyond} |"
    untried = [rule.id for rule in pack.rules if rule.id not in rules]
    yield ""
    yield say(
        f"没有错误能检验到的规则：{'、'.join(untried)}", f"Rules that no declared fault tries: {', '.join(untried)}"
    )


def _cells(rate: Rate) -> str:
    located = f"{rate.single} | {_percent(rate.located, rate.single)} | {_percent(rate.pinpointed, rate.single)}"
    return f"{rate.due} | {_percent(rate.detected, rate.due)} | {located} | {rate.beyond}"


def _percent(part: int, whole: int) -> str:
    return f"{part / whole:.0%}" if whole and part in (0, whole) else f"{part / whole:.1%}" if whole else "–"


def _remarks(outcome: Outcome, lang: str) -> Iterator[str]:
    def say(zh: str, en: str) -> str:
        return Text(zh, en).in_language(lang)

    for fault, reason, places in grouped(outcome.misses):
        why = (reason or Text("应当发现而没有发现", "should have been detected")).in_language(lang)
        some = "、".join(places[:MOST_PLACES]) + ("…" if len(places) > MOST_PLACES else "")
        yield say(
            f"- 未发现 {len(places)} 处“{_TITLES[fault].zh}”：{why}（{some}）",
            f"- not detected, {len(places)} of “{_TITLES[fault].en}”: {why} ({some})",
        )
    for fault, count in outcome.left_out.items():
        yield say(
            f"- “{_TITLES[fault].zh}”抽取一部分格子，{count} 处没有试",
            f"- “{_TITLES[fault].en}” was put into a sample of the cells, not into {count} others",
        )
    for fault, count in outcome.not_carried.items():
        yield say(
            f"- “{_TITLES[fault].zh}”有 {count} 处在这种格式里放不进去",
            f"- “{_TITLES[fault].en}” has no place in this format, {count} times",
        )
    for said in outcome.false:
        yield say(
            f"- 没有放错误也有结论，请核对是否误报：{said}", f"- said without a fault, perhaps without cause: {said}"
        )
    for said in outcome.astray:
        yield say(f"- 没有读到改动：{said}", f"- the change was not read: {said}")
    if outcome.proven:
        yield say(
            "- 没有误报；凡是看得出来的都发现了。", "- Nothing was said without cause; all that is due was detected."
        )


def total(outcomes: Sequence[Outcome]) -> dict[str, Rate]:
    """Add up the rates of each rule over reports."""
    rules: dict[str, Rate] = {}
    for outcome in outcomes:
        for rule, rate in outcome.rules.items():
            sums = rules.setdefault(rule, Rate())
            for name in Rate.__struct_fields__:
                setattr(sums, name, getattr(sums, name) + getattr(rate, name))
    return rules


def rates_of(outcomes: Sequence[Outcome]) -> Rates:
    """Return the rates that a later run is compared with, by report."""
    return {outcome.report: {"faults": outcome.faults, "rules": outcome.rules} for outcome in outcomes}


def encode(rates: Rates) -> str:
    """Write rates as JSON."""
    return msgspec.json.format(msgspec.json.encode(rates, order="sorted"), indent=1).decode() + "\n"


def decode(data: bytes) -> Rates:
    """Read rates that ``encode`` wrote.

    Raises:
        UsageError: it is something else.
    """
    try:
        return msgspec.json.decode(data, type=Rates)
    except (msgspec.ValidationError, msgspec.DecodeError) as error:
        raise UsageError(Text(f"读不懂检出率文件：{error}", f"not a file of rates: {error}")) from None


def fallen(now: Rates, before: Rates) -> list[Text]:
    """Say which rates are lower than before, and what is no longer tried."""
    return [text for report, kept in before.items() for text in _fallen(report, now.get(report, {}), kept)]


def _fallen(
    report: str, now: Mapping[str, Mapping[str, Rate]], before: Mapping[str, Mapping[str, Rate]]
) -> Iterator[Text]:
    for group, rates in before.items():
        for name, old in rates.items():
            new = now.get(group, {}).get(name, Rate())
            for share, zh, en in _SHARES:
                was, is_ = share(old), share(new)
                if is_ < was:
                    yield Text(
                        f"{report} {name}：{zh}由 {was:g} 降到 {is_:g}",
                        f"{report} {name}: {en} fell from {was:g} to {is_:g}",
                    )


def _share(part: int, whole: int) -> float:
    return round(part / whole, 4) if whole else 0.0


_SHARES: tuple[tuple[Callable[[Rate], float], str, str], ...] = (
    (lambda rate: _share(rate.detected, rate.due), "检出率", "detection"),
    (lambda rate: _share(rate.located, rate.single), "定位率", "location"),
    (lambda rate: _share(rate.pinpointed, rate.single), "唯一定位率", "pinpointing"),
    (lambda rate: _share(rate.detected + rate.beyond, rate.injected), "总发现率", "detection in all"),
    (lambda rate: float(bool(rate.injected)), "试验", "trying"),
)
