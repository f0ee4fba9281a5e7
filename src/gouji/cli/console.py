"""Streams, environment and exit codes, in one place."""

import os
import re
import shutil
import signal
import sys
import tempfile
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NoReturn

from gouji.errors import GoujiError, Mistake, PackError, UsageError
from gouji.reporters import REPORTERS
from gouji.reporters.escape import visible
from gouji.wording import Text

OK, FINDINGS, FAILED, INTERRUPTED, TERMINATED = 0, 1, 2, 130, 143


class Terminated(BaseException):
    """The process was asked to end; on its way out everything is cleaned up."""


def _terminate(*_: object) -> NoReturn:
    raise Terminated


def open_streams() -> None:
    """Give the standard streams that whoever started us has closed a place where nothing is kept.

    Otherwise the next file that is opened would take their place and receive what is printed.
    """
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)
    sys.stdout = sys.stdout or open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.stderr = sys.stderr or open(2, "w", encoding="utf-8", closefd=False)  # noqa: SIM115


def run(command: Callable[[], int]) -> NoReturn:
    """Run a command and exit with its code; every error becomes a message and its code."""
    signal.signal(signal.SIGTERM, _terminate)
    try:
        code = command()
        sys.stdout.flush()
    except (KeyboardInterrupt, Terminated) as end:
        code = TERMINATED if isinstance(end, Terminated) else INTERRUPTED
        complain(f"gouji: {Text('已中断，没有写出结果', 'interrupted, nothing was written').in_language(language())}")
    except BrokenPipeError:
        # the reader has enough (`| head`); without this Python would complain at exit
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = OK
    except PackError as error:
        for mistake in error.mistakes:
            complain(_told(mistake))
        complain(f"gouji: {error.text.in_language(language())}")
        code = FAILED
    except GoujiError as error:
        complain(f"gouji: {visible(error.text.in_language(language()))}")
        code = FAILED
    except Exception:  # noqa: BLE001 - the last resort: a bug must not look like a verdict
        complain(traceback.format_exc())
        bug = Text(
            "gouji 出现内部错误，请把以上内容发给维护者", "internal error: please send the above to the maintainers"
        )
        complain(f"gouji: {bug.in_language(language())}")
        code = FAILED
    sys.exit(code)


def _told(mistake: Mistake) -> str:
    where = f"{visible(mistake.path)}:{mistake.line}:{mistake.column}: {visible(mistake.text.in_language(language()))}"
    return f"{where}\n    {visible(mistake.excerpt)}" if mistake.excerpt else where


def complain(line: str) -> None:
    """Write a line to stderr, whatever characters it has."""
    sys.stderr.buffer.write(line.encode("utf-8", "backslashreplace") + b"\n")
    sys.stderr.flush()


def language() -> str:
    """Return the language of messages: ``--lang`` puts it into ``GOUJI_LANG``; Chinese by default."""
    return "en" if os.environ.get("GOUJI_LANG", "").lower().startswith("en") else "zh"


def choose_language(lang: str | None) -> None:
    """Choose the language for this run; None leaves it to the environment."""
    if lang:
        os.environ["GOUJI_LANG"] = lang


def format_of_surroundings() -> str:
    """Return the format for the CI that gouji runs in: GitHub's, GitLab's, or the terminal's."""
    if os.environ.get("GITHUB_ACTIONS") == "true" and os.environ.get("GITHUB_WORKFLOW"):
        return "github"
    return "gitlab" if os.environ.get("GITLAB_CI") else "terminal"


def configuration() -> Path | None:
    """Return the configuration that the environment names."""
    name = os.environ.get("GOUJI_CONFIG")
    return Path(name) if name else None


def summary_file() -> Path | None:
    """Return the file of the step's summary on GitHub; None elsewhere."""
    name = os.environ.get("GITHUB_STEP_SUMMARY")
    return Path(name) if name and os.environ.get("GITHUB_ACTIONS") == "true" else None


def further_reports(written: Sequence[str]) -> tuple[tuple[str, Path], ...]:
    """Read ``--report sarif=out.sarif``.

    Raises:
        UsageError: it is not a known format and a file.
    """
    reports = []
    for one in written:
        name, found, path = one.partition("=")
        if not (found and path and name in REPORTERS):
            known = ", ".join(REPORTERS)
            raise UsageError(
                Text(
                    f"--report 写作 格式=文件，不能是 {one}；格式有：{known}",
                    f"--report takes FORMAT=FILE, not {one}; formats: {known}",
                )
            )
        reports.append((name, Path(path)))
    return tuple(reports)


def years_of(written: str) -> tuple[int, ...]:
    """Read ``--years 2023,2024``.

    Raises:
        UsageError: it names no years.
    """
    parts = [part for part in re.split("[,，、 ]+", written) if part]
    if not all(re.fullmatch("20[0-9]{2}", part) for part in parts):
        raise UsageError(Text(f"--years 写作 2023,2024，不能是 {written}", f"--years takes 2023,2024, not {written}"))
    return tuple(sorted({int(part) for part in parts}))


def colored(*, wanted: bool, to_file: bool) -> bool:
    """Tell whether to use colours: a terminal, not forbidden by option or ``NO_COLOR``."""
    return wanted and not to_file and not os.environ.get("NO_COLOR") and sys.stdout.isatty()


def columns() -> int | None:
    """Return the width to wrap at: the terminal's or ``COLUMNS``; None where nobody watches."""
    if sys.stdout.isatty() or os.environ.get("COLUMNS"):
        return shutil.get_terminal_size().columns
    return None


def cache_folder() -> Path | None:
    """Return where validated packs are kept; None when ``GOUJI_NO_CACHE`` is set."""
    if os.environ.get("GOUJI_NO_CACHE"):
        return None
    base = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA")
    return Path(base) / "gouji" if base else Path(os.path.expanduser("~")) / ".cache" / "gouji"  # noqa: PTH111


def deliver(text: str, output: Path | None) -> None:
    """Write a report to a file or to stdout, as UTF-8.

    A file is replaced in one step, so that a failed run leaves the old one whole.

    Raises:
        UsageError: the file cannot be written.
    """
    data = text.encode("utf-8", "backslashreplace")
    if output is None:
        _print(data)
        return
    try:
        if output.exists() and not output.is_file():
            output.write_bytes(data)  # a device or a pipe is written to, not replaced
            return
        with tempfile.NamedTemporaryFile(dir=output.parent, prefix=f".{output.name}.", delete=False) as file:
            try:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            except OSError:
                Path(file.name).unlink()
                raise
        Path(file.name).chmod(0o666 & ~_umask())
        Path(file.name).replace(output)
    except OSError as error:
        reason = error.strerror or str(error)
        raise UsageError(Text(f"无法写入 {output}：{reason}", f"cannot write {output}: {reason}")) from None


def _print(data: bytes) -> None:
    try:
        sys.stdout.buffer.write(data)
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # what is left must not fail again at exit
        reason = error.strerror or str(error)
        raise UsageError(Text(f"无法写到标准输出：{reason}", f"cannot write to stdout: {reason}")) from None


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
