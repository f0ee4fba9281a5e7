"""What an audit hands out changes all together, is written once, and never over what somebody has changed."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec import structs

from gouji.audit import outputs
from gouji.audit.ledger import Ledger
from gouji.audit.outputs import LEDGER, Letters, current, write_outputs
from gouji.audit.result import Audit
from gouji.errors import UsageError
from gouji.pack import Pack
from tests.audit.made import made_audit

FEW = {name: outputs.OUTPUTS[name] for name in ("findings.csv", "findings.json")}


@pytest.fixture(scope="module")
def audit(pack: Pack, specimen: str) -> Audit:
    return made_audit(pack, specimen)


class Desk:
    """A folder of results and its ledger."""

    def __init__(self, out: Path) -> None:
        out.mkdir()
        self.out, self.ledger = out, Ledger(out / LEDGER)

    def write(self, audit: Audit, state: str = "s", letters: Letters = Letters()) -> tuple[str, ...]:
        return write_outputs(audit, self.ledger, self.out, letters, state)[1]

    def is_current(self, state: str = "s") -> bool:
        return current(self.ledger, self.out, state) is not None

    @property
    def files(self) -> dict[str, bytes]:
        found = (path for path in sorted(self.out.rglob("*")) if path.is_file() and not path.name.startswith(LEDGER))
        return {path.relative_to(self.out).as_posix(): path.read_bytes() for path in found}


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    monkeypatch.setattr(outputs, "OUTPUTS", FEW)
    made = Desk(tmp_path / "out")
    yield made
    made.ledger.close()


def without(audit: Audit, number: int) -> Audit:
    """Return the audit without one of its units."""
    gone = audit.heads[number].unit
    return structs.replace(audit, heads=tuple(head for head in audit.heads if head.unit != gone))


def test_everything(audit: Audit, tmp_path: Path) -> None:
    """Every file there is, the same bytes in another folder, and nothing else."""
    desks = [Desk(tmp_path / name) for name in "ab"]
    for desk in desks:
        assert desk.write(audit) == ()
        assert desk.is_current()
    one, other = (desk.files for desk in desks)
    letters = [name for name in one if name.startswith("notices/")]
    assert set(one) == {*outputs.OUTPUTS, *letters}
    assert len(letters) == 4
    assert one == other
    assert {path.name for path in desks[0].out.iterdir()} == {*outputs.OUTPUTS, "notices", LEDGER, f"{LEDGER}-wal"}


def test_not_written_again(desk: Desk, audit: Audit) -> None:
    """While nothing has changed; another state, a file that is gone or changed is something."""
    desk.write(audit)
    assert desk.is_current()
    assert not desk.is_current("other")
    path = desk.out / "findings.csv"
    content = path.read_bytes()
    path.write_bytes(b"")
    assert not desk.is_current()
    path.write_bytes(content)
    assert desk.is_current()
    path.unlink()
    assert not desk.is_current()
    desk.write(audit)
    assert desk.is_current()
    next(desk.out.glob("notices/*")).unlink()
    assert not desk.is_current()


def test_letters_of_units_that_need_none(desk: Desk, audit: Audit) -> None:
    """They go, unless somebody has changed them; what is not ours stays."""
    desk.write(audit)
    before = set(desk.files)
    (desk.out / "notices" / "说明.txt").write_text("自己的")
    desk.write(without(audit, 3), "t")
    (gone,) = before - set(desk.files)
    assert gone.startswith("notices/北山乡")
    desk.write(audit, "u")
    (desk.out / gone).write_bytes(b"mine")
    desk.write(without(audit, 3), "v")
    assert desk.files[gone] == b"mine"
    assert desk.files["notices/说明.txt"] == "自己的".encode()


def test_changed_letters(desk: Desk, audit: Audit) -> None:
    """A letter that somebody has changed is left alone and told, until it is moved away."""
    desk.write(audit)
    (name, *_) = (name for name in desk.files if name.startswith("notices/北山乡"))
    ours = desk.files[name]
    (desk.out / name).write_bytes(b"with a number")
    assert desk.is_current()
    assert desk.write(audit, "t", Letters(office="青禾县人民政府办公室")) == (name,)
    assert desk.files[name] == b"with a number"
    assert desk.is_current("t")
    (desk.out / name).unlink()
    assert not desk.is_current("t")
    assert desk.write(audit, "t") == ()
    assert desk.files[name] == ours


@pytest.mark.parametrize("moment", ["_put", "settle"])
def test_killed_while_files_are_put(moment: str, desk: Desk, audit: Audit, monkeypatch: pytest.MonkeyPatch) -> None:
    """The next run knows old and new files for ours and puts all of them."""
    desk.write(audit)

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(outputs, moment, stop)
        for office in ("一办", "三办"):
            with pytest.raises(KeyboardInterrupt):
                desk.write(audit, "t", Letters(office=office))
    assert not desk.is_current("t")
    assert desk.write(audit, "u", Letters(office="二办")) == ()
    assert desk.is_current("u")
    fresh = Desk(desk.out.parent / "fresh")
    fresh.write(audit, "u", Letters(office="二办"))
    assert desk.files == fresh.files


def test_interrupted(desk: Desk, audit: Audit, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before everything is written nothing changes."""
    desk.write(audit)
    before = desk.files
    monkeypatch.setattr(outputs, "OUTPUTS", FEW | {"last.txt": (__name__, "stop")})
    with pytest.raises(KeyboardInterrupt):
        desk.write(without(audit, 3), "t")
    assert desk.files == before
    assert desk.is_current()


def stop(audit: Audit, path: Path) -> None:
    """Be an output during which somebody presses Ctrl-C."""
    path.write_text(audit.title)
    raise KeyboardInterrupt


def test_bug_in_one_of_them(desk: Desk, audit: Audit, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is raised once all the others are written."""
    monkeypatch.setattr(outputs, "OUTPUTS", {"first.txt": (__name__, "fail"), **FEW})
    with pytest.raises(KeyError):
        desk.write(audit)
    assert set(FEW) < set(desk.files)
    assert not desk.is_current()


def fail(audit: Audit, _: Path) -> None:
    """Be an output with a bug."""
    raise KeyError(audit.title)


def test_left_by_a_killed_run(desk: Desk, audit: Audit) -> None:
    (desk.out / ".new" / "notices").mkdir(parents=True)
    (desk.out / ".new" / "notices" / "x.docx").write_bytes(b"half")
    (desk.out / ".new" / "findings.csv").mkdir()
    desk.write(audit)
    assert not (desk.out / ".new").exists()
    assert not any("x.docx" in name for name in desk.files)


def test_some_cannot_be_written(desk: Desk, audit: Audit) -> None:
    """The others are; everything is written anew next time."""
    (desk.out / "findings.csv" / "sub").mkdir(parents=True)
    (desk.out / "notices").write_text("no folder")
    with pytest.raises(UsageError) as raised:
        desk.write(audit)
    assert raised.value.text.zh == (
        f"无法写入 {desk.out}/notices：File exists；无法写入 {desk.out}/findings.csv：Is a directory"
    )
    assert set(desk.files) == {"findings.json", "notices"}
    assert not desk.is_current()
    shutil.rmtree(desk.out / "findings.csv")
    (desk.out / "notices").unlink()
    desk.write(audit)
    assert desk.is_current()


def test_template(desk: Desk, audit: Audit, tmp_path: Path) -> None:
    """Letters depend on the template's content; one that cannot be used is told, and everything else is written."""
    template = tmp_path / "模板.docx"
    assert Letters(template).digest == Letters(template).digest
    before = Letters(template).digest
    template.write_bytes(b"no document")
    assert (
        len({before, Letters(template).digest, Letters(template, "办").digest, Letters(template, "", 15).digest}) == 4
    )
    with pytest.raises(UsageError) as raised:
        desk.write(audit, "s", Letters(template))
    assert "模板.docx" in raised.value.text.zh
    assert set(desk.files) == set(FEW)
