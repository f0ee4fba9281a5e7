"""The pages of the documentation that come from packs: one for each pack and rule, one for the built-in rules.

They are Markdown in both languages and hold what the examples of a rule really bring about, so that a
page that is out of date shows that a rule says something else than before.
"""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import fields, is_dataclass
from pathlib import Path

from msgspec import Struct

from gouji.finding import Severity
from gouji.intake import INCIDENTS
from gouji.pack import Pack
from gouji.proof.examples import Trial, run_example, specimen_of, words_at
from gouji.reporters.escape import visible
from gouji.rule import Example, Rule
from gouji.wording import Text, shorten

MARK = "<!-- gouji docs 生成，请改规则包，不要改这里 generated: change the pack, not this page -->\n\n"
BUILT_IN, MESSAGES, INDEX = "built-in.md", "messages.md", "README.md"
LONGEST_EXAMPLE = 12  # lines of a change that are shown

_SEVERITIES = {
    Severity.ERROR: Text("错误", "error"),
    Severity.WARNING: Text("警告", "warning"),
    Severity.INFO: Text("提示", "info"),
}
_SPECIAL = re.compile(r"([\\`*_\[\]|<>#])")
_COMMON = frozenset(field.name for field in fields(Rule)) | {"kind"}


class Source(Struct, frozen=True):
    """A pack with its examples, and the file it was read from."""

    pack: Pack
    path: Path


def pages(sources: Sequence[Source]) -> dict[str, str]:
    """Return every page by its path below the folder of the pages."""
    made = {INDEX: _index(sources), BUILT_IN: _built_in(), MESSAGES: _messages(sources)}
    for source in sources:
        folder = folder_of(source.pack)
        specimen = specimen_of(source.pack, source.path)
        made[f"{folder}/{INDEX}"] = _overview(source.pack)
        made |= {f"{folder}/{rule.id}.md": _rule_page(rule, source.pack, specimen) for rule in source.pack.rules}
    return {path: MARK + text for path, text in made.items()}


def folder_of(pack: Pack) -> str:
    """Return the folder of a pack's pages."""
    return re.sub(r"[^A-Za-z0-9.-]+", "-", pack.pack).strip(".-") or "pack"


def plain(text: str) -> str:
    """Write a text so that Markdown shows it as it is, on one line; what does not print becomes an escape."""
    return _SPECIAL.sub(r"\\\1", visible(" ".join(text.split())))


def _both(text: Text) -> str:
    return plain(text.zh) if text.zh == text.en else f"{plain(text.zh)}  \n{plain(text.en)}"


# --- overviews ----------------------------------------------------------------------------------


def _index(sources: Sequence[Source]) -> str:
    lines = ["# 规则 Rules", "", "| 规则包 pack | 年度 years | 规则 rules |", "|---|---|---|"]
    for source in sources:
        pack = source.pack
        link = f"[{plain(pack.title.zh)}]({folder_of(pack)}/{INDEX})"
        lines.append(f"| {link} {plain(pack.title.en)} | {plain(pack.years.said.zh)} | {len(pack.rules)} |")
    lines += ["", f"- [内置规则 Built-in rules]({BUILT_IN})：文件读不了、gouji 自身出错 reading, and gouji itself"]
    lines += [f"- [消息一览 All messages]({MESSAGES})"]
    return "\n".join(lines) + "\n"


def _overview(pack: Pack) -> str:
    lines = [
        f"# {plain(pack.title.zh)}",
        "",
        f"{plain(pack.title.en)} · `{pack.pack}` · {plain(pack.years.said.zh)}",
        "",
    ]
    lines += ["| 编号 id | 级别 severity | 要求 demand | |", "|---|---|---|---|"]
    for rule in pack.rules:
        said = _SEVERITIES[rule.severity]
        title = f"{plain(rule.title.zh)} | {plain(rule.title.en)}"
        lines.append(f"| [{rule.id}]({rule.id}.md) | {said.zh} {said.en} | {title} |")
    return "\n".join(lines) + "\n"


def _messages(sources: Sequence[Source]) -> str:
    lines = ["# 消息一览 All messages", ""]
    lines += ["花括号里是报告中的内容。 Braces stand for what is in the report.", ""]
    for source in sources:
        lines += [f"## {plain(source.pack.pack)}", "", "| 编号 id | 中文 | English |", "|---|---|---|"]
        lines += [f"| {rule.id} | {plain(rule.message.zh)} | {plain(rule.message.en)} |" for rule in source.pack.rules]
        lines.append("")
    lines += ["## 内置 Built in", "", "| 编号 id | 中文 | English |", "|---|---|---|"]
    lines += [f"| {known.id} | {plain(known.title.zh)} | {plain(known.title.en)} |" for known in INCIDENTS.values()]
    return "\n".join(lines) + "\n"


def _built_in() -> str:
    lines = ["# 内置规则 Built-in rules", ""]
    lines += ["文件读不了或没有读全、没有适用的规则包、gouji 自身出错时的结论。除注明可忽略的以外，不能忽略。", ""]
    lines += [
        "What is said when a file cannot be read in full, no pack fits, or gouji fails. Not to be ignored unless noted.",
        "",
    ]
    for known in INCIDENTS.values():
        severity = _SEVERITIES[known.severity]
        ignorable = " · 可忽略 may be ignored" if known.ignorable else ""
        lines += [f"## {known.id} {plain(known.title.zh)}", ""]
        lines += [f"`{known.slug}` · {severity.zh} {severity.en}{ignorable}", "", plain(known.title.en), ""]
        lines += [f"**改正 What to do**：{_both(known.remedy)}", ""]
    return "\n".join(lines).rstrip("\n") + "\n"


# --- one rule -----------------------------------------------------------------------------------


def _rule_page(rule: Rule, pack: Pack, specimen: str) -> str:
    return "\n".join(_rule_lines(rule, pack, specimen)).rstrip("\n") + "\n"


def _rule_lines(rule: Rule, pack: Pack, specimen: str) -> Iterator[str]:
    severity, kind = _SEVERITIES[rule.severity], getattr(rule, "kind", "")
    yield from [f"# {rule.id} {plain(rule.title.zh)}", "", plain(rule.title.en), ""]
    yield from [f"`{rule.slug}` · {severity.zh} {severity.en} · `{kind}` · [{plain(pack.pack)}]({INDEX})", ""]
    yield from ["## 要求 Demand", "", *_declared(rule), ""]
    for head, text in (
        ("为什么 Why", rule.why),
        ("消息 Message", rule.message),
        ("依据 Basis", rule.basis),
        ("改正 What to do", rule.remedy),
    ):
        if text is not None:
            yield from [f"## {head}", "", _both(text), ""]
    examples = rule.examples
    if examples is None:
        return
    for head, shown, fails in (
        ("不通过的例子 Failing examples", examples.fails, True),
        ("通过的例子 Passing examples", examples.passes, False),
    ):
        yield from [f"## {head}", ""]
        for number, example in enumerate(shown, 1):
            trial = run_example(rule, example, pack, specimen, fails=fails, number=number)
            yield from _example(example, trial)


def _declared(rule: Rule) -> Iterator[str]:
    """Yield the keys that the rule's kind adds, as declared."""
    for field in fields(rule):
        value = getattr(rule, field.name)
        if field.name not in _COMMON and value not in ("", (), None, False, field.default):
            yield f"- {field.name}: {_code(_shown(value))}"
    if rule.units:
        yield f"- units: {_code('、'.join(rule.units))}"


def _shown(value: object) -> str:
    return visible(value) if isinstance(value, str) else json.dumps(_bare(value), ensure_ascii=False)


def _bare(value: object) -> object:
    if is_dataclass(value) and not isinstance(value, type):
        return {f.name: _bare(found) for f in fields(value) if (found := getattr(value, f.name)) not in ("", (), None)}
    if isinstance(value, (list, tuple)):
        return [_bare(item) for item in value]
    if isinstance(value, dict):
        return {str(key): _bare(item) for key, item in value.items()}
    return value if isinstance(value, (str, int, bool)) or value is None else str(value)


def _code(text: str) -> str:
    ticks = "`" * (max((len(run) for run in re.findall("`+", text)), default=0) + 1)
    return f"{ticks}{' ' * (len(ticks) > 1)}{text}{' ' * (len(ticks) > 1)}{ticks}"


def _example(example: Example, trial: Trial) -> Iterator[str]:
    options = [
        f"--{name} {value}" for name in ("region", "date", "year", "published") if (value := getattr(example, name))
    ]
    yield from _changed(example.change)
    for report, changes in example.further:
        yield from ["", f"{report.zh} {report.en}:", "", *_changed(changes)]
    if options:
        yield from ["", _code(" ".join(options))]
    for finding in trial.findings:
        at = f"{finding.place.line}:{finding.place.column or 1}"
        words = shorten(words_at(finding, trial.text), 24)
        yield from ["", f"- {at} “{plain(words)}” `{finding.address or finding.rule}`  "]
        yield from [f"  {plain(finding.message.zh)}  ", f"  {plain(finding.message.en)}"]
    yield ""


def _changed(changes: dict[str, str]) -> Iterator[str]:
    lines = [line for old, new in changes.items() for line in _difference(old, new)]
    if lines:
        fence = "`" * max(3, *(len(run) + 1 for run in re.findall("`+", "\n".join(lines)) or [""]))
        yield from [f"{fence}diff", *lines, fence]
    else:
        yield "样本原文 the specimen as it is"


def _difference(old: str, new: str) -> Iterator[str]:
    for sign, text in (("-", old), ("+", new)):
        lines = text.strip("\n").split("\n")
        for line in lines[:LONGEST_EXAMPLE]:
            yield f"{sign} {visible(line)}"
        if len(lines) > LONGEST_EXAMPLE:
            yield f"{sign} …"
