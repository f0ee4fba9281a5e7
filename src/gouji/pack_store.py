"""Where packs are: those that come with gouji, those a user names, and validated ones kept for the next run."""

import hashlib
import json
import os
import tempfile
from collections.abc import Sequence
from dataclasses import fields, is_dataclass, replace
from pathlib import Path

from gouji import __version__
from gouji.errors import UsageError
from gouji.finding import Severity
from gouji.pack import Pack, classes
from gouji.pack_source import pack_root, packs_with, shipped_ids
from gouji.wording import Text

FAMILY = "cn-gov-disclosure"


def shipped_packs() -> tuple[Path, ...]:
    """Return the files of the national packs, oldest years first."""
    return tuple(sorted((pack_root() / FAMILY).glob("*.yaml")))


def find_pack(name: str) -> Path:
    """Return the file of a pack given by path or by id.

    Raises:
        UsageError: there is no such pack.
    """
    for path in (Path(name), pack_root() / f"{name}.yaml"):
        if path.is_file():
            return path
    known = "、".join(shipped_ids())
    raise UsageError(Text(f"没有规则包 {name}；自带的有：{known}", f"no rule pack {name}; gouji has: {known}"))


def packs_named(names: Sequence[str]) -> tuple[Path, ...]:
    """Return the packs of ids and files, each once; a file may also be a part of packs (see ``packs_with``).

    A document that no pack uses is passed over: a hook names every file that changed in a folder of packs.

    Raises:
        UsageError: there is no such pack, or no pack knows a file of YAML: its rules would be tested by nobody.
    """
    found: dict[Path, None] = {}
    for name in names:
        path = find_pack(name)
        packs = packs_with(path) if path == Path(name) else (path,)
        if not packs and path.suffix.lower() in (".yaml", ".yml"):
            raise UsageError(
                Text(
                    f"{name} 不属于任何规则包：其中没有 pack 一项，也没有规则包包含它",
                    f"{name} is a part of no rule pack: it has no key pack, and no pack includes it",
                )
            )
        found |= dict.fromkeys(packs)
    return tuple(found)


def load_pack(path: Path, *, cache: Path | None = None, examples: bool = False) -> Pack:
    """Load and validate a pack.

    Args:
        path: its main file.
        cache: a folder for validated packs; reading one back costs a tenth of validating it.
        examples: keep the rules' examples, which only ``explain`` and tests need.

    Raises:
        PackError: the pack has mistakes; all of them are in it.
    """
    key = hashlib.sha256(f"{__version__} {_shape()} {os.path.realpath(path)}".encode()).hexdigest()[:32]
    kept = cache / f"pack-{key}.json" if cache and not examples else None
    pack = _restored(kept) if kept else None
    if pack is None:
        from gouji.pack_file import read_pack  # noqa: PLC0415 - pydantic and YAML: 100 ms a kept pack need not pay

        pack, files = read_pack(path)
        if not examples:
            pack = replace(pack, rules=tuple(replace(rule, examples=None) for rule in pack.rules))
        if kept:
            _keep(kept, pack, files)
    return pack


def digest_of_pack(pack: Pack) -> str:
    """Return what stands for a pack as it is used, changes by a configuration included."""
    return _digest(json.dumps(_plain(pack), ensure_ascii=False, default=str).encode("utf-8", "surrogatepass"))


# --- keeping ----------------------------------------------------------------------------------


def _shape() -> str:
    """Return what the kept form of a pack depends on beside its files: our classes and their keys."""
    return ";".join(f"{name}:{','.join(f.name for f in fields(cls))}" for name, cls in classes().items())


def _keep(path: Path, pack: Pack, texts: dict[str, str]) -> None:
    digests = {os.path.realpath(name): _digest(text.encode()) for name, text in texts.items()}
    kept = json.dumps({"files": digests, "pack": _plain(pack)}, ensure_ascii=False)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile("w", encoding="utf-8", dir=path.parent, delete=False) as file:
            file.write(kept)
        os.replace(file.name, path)  # noqa: PTH105 - atomic on every platform
    except OSError:
        return  # without a place to keep it, the pack is validated again next time


def _plain(value: object) -> object:
    if is_dataclass(value) and not isinstance(value, type):
        return {"!": type(value).__name__} | {f.name: _plain(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return value


def _restored(path: Path) -> Pack | None:
    try:
        kept = json.loads(path.read_bytes(), object_hook=_revived)
        if any(
            _digest(Path(file).read_bytes().removeprefix(b"\xef\xbb\xbf")) != digest
            for file, digest in kept["files"].items()
        ):
            return None
    except (OSError, ValueError, KeyError, TypeError):
        return None  # absent, or written by another hand: validate afresh
    pack = kept["pack"]
    return pack if isinstance(pack, Pack) else None


def _revived(members: dict[str, object]) -> object:
    name = members.pop("!", None)
    if name is None:
        return members
    values = {key: tuple(value) if isinstance(value, list) else value for key, value in members.items()}
    cls = classes()[str(name)]
    values |= {f.name: Severity(str(values[f.name])) for f in fields(cls) if f.type is Severity}
    return cls(**values)


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
