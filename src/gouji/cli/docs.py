"""``gouji docs``: the pages of packs and rules."""

from pathlib import Path

from gouji.cli.console import FINDINGS, OK, complain, deliver, language
from gouji.errors import UsageError
from gouji.pack_store import find_pack, load_pack, shipped_packs
from gouji.pages import MARK, Source, pages
from gouji.wording import Text


def docs(pack: str | None, folder: Path, *, check: bool) -> int:
    """Write the pages, and take away pages of an earlier run that no rule has any more; or only compare.

    Raises:
        UsageError, PackError: the call cannot be carried out.
    """
    paths = (find_pack(pack),) if pack else shipped_packs()
    made = pages([Source(load_pack(path, examples=True), path) for path in paths])
    stale = sorted(set(kept_pages(folder)) - made.keys())
    if check:
        differing = stale + [name for name, text in made.items() if _kept(folder / name) != text]
        for name in differing:
            said = Text("与规则包不符，请运行 gouji docs", "is not what the packs say: run gouji docs")
            complain(f"{folder / name}: {said.in_language(language())}")
        return FINDINGS if differing else OK
    try:
        for name, text in made.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            if _kept(folder / name) != text:
                deliver(text, folder / name)
        for name in stale:
            (folder / name).unlink()
    except OSError as error:
        reason = error.strerror or str(error)
        raise UsageError(Text(f"无法写入 {folder}：{reason}", f"cannot write {folder}: {reason}")) from None
    said = Text(f"{folder}：{len(made)} 页", f"{folder}: {len(made)} pages")
    deliver(said.in_language(language()) + "\n", None)
    return OK


def kept_pages(folder: Path) -> list[str]:
    """Return the pages of an earlier run: those that carry its mark."""
    return [
        path.relative_to(folder).as_posix()
        for path in sorted(folder.glob("**/*.md"))
        if (_kept(path) or "").startswith(MARK.strip())
    ]


def _kept(path: Path) -> str | None:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return None
