"""``gouji test``: packs prove their rules, and show what they detect."""

from collections.abc import Sequence
from pathlib import Path

from msgspec import Struct

from gouji.cli.console import FINDINGS, OK, complain, deliver, language
from gouji.errors import UnreadableError, UsageError
from gouji.pack import Pack
from gouji.pack_store import load_pack, packs_named, shipped_packs
from gouji.proof import telling
from gouji.proof.edits import CARRIERS, Clean, load
from gouji.proof.examples import prove, specimen_of
from gouji.proof.mutation import mutate
from gouji.reporters.escape import visible
from gouji.wording import Text


class ProveCall(Struct, frozen=True, kw_only=True):
    """What the user asked ``gouji test`` to do.

    ``rates`` is a file of rates that must not fall; ``save_rates`` is where to write those of this run.
    """

    packs: tuple[str, ...] = ()
    mutate: bool = False
    reports: tuple[Path, ...] = ()
    rates: Path | None = None
    save_rates: Path | None = None
    output: Path | None = None


def prove_packs(call: ProveCall) -> int:
    """Run the examples of packs, or put faults into clean reports; exit 1 where something is not proven.

    Raises:
        UsageError, PackError: the call cannot be carried out.
    """
    if not call.mutate and (call.reports or call.rates or call.save_rates):
        raise UsageError(
            Text(
                "--report、--rates、--save-rates 要和 --mutate 一起用",
                "--report, --rates and --save-rates go with --mutate",
            )
        )
    paths = tuple(packs_named(call.packs)) if call.packs else shipped_packs()
    if call.mutate:
        return _mutate(call, paths[-1])
    pages, proven = [], True
    for path in paths:
        pack = load_pack(path, examples=True)
        proofs = prove(pack, specimen_of(pack, path))
        proven = proven and not any(proof.problems for proof in proofs)
        pages.append(telling.examples_page(pack, proofs, language()))
    deliver(_shown("\n".join(pages)), call.output)
    return OK if proven else FINDINGS


def _shown(page: str) -> str:
    """Make the words of a pack or a report harmless for a terminal."""
    return "\n".join(map(visible, page.split("\n")))


def _mutate(call: ProveCall, path: Path) -> int:
    pack = load_pack(path)
    before = telling.decode(_read(call.rates)) if call.rates else {}
    outcomes = tuple(mutate(_loaded(report), pack) for report in call.reports or _specimen(pack, path))
    rates = telling.rates_of(outcomes)
    deliver(_shown(telling.mutation_page(pack, outcomes, language())), call.output)
    if call.save_rates:
        deliver(telling.encode(rates), call.save_rates)
    fallen = telling.fallen(rates, before)
    for text in fallen:
        complain(visible(text.in_language(language())))
    return OK if all(outcome.proven for outcome in outcomes) and not fallen else FINDINGS


def _specimen(pack: Pack, path: Path) -> Sequence[Path]:
    if not pack.specimen:
        raise UsageError(
            Text("规则包没有样本，请用 --report 给出报告", "the pack has no specimen: give reports with --report")
        )
    return (path.parent / pack.specimen,)


def _loaded(path: Path) -> Clean:
    try:
        clean = load(path)
    except (OSError, UnreadableError) as error:
        reason = error.text if isinstance(error, UnreadableError) else Text(str(error), str(error))
        raise UsageError(Text(f"{path} 读不了：{reason.zh}", f"{path} cannot be read: {reason.en}")) from None
    if clean.document.format not in CARRIERS:
        known = "、".join(CARRIERS)
        raise UsageError(Text(f"{path}：只能用 {known}", f"{path}: only {known} can be used"))
    return clean


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        reason = error.strerror or str(error)
        raise UsageError(Text(f"{path} 读不了：{reason}", f"{path} cannot be read: {reason}")) from None
