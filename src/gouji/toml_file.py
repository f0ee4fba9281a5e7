"""TOML files, read with limits: a configuration may come with a change that a stranger proposes."""

from pathlib import Path
from typing import Any

from gouji.errors import GoujiError
from gouji.wording import Text

LARGEST_FILE = 500_000  # bytes
MOST_DOTS = 60  # on one line: the parser takes time by the square of the parts of a dotted key


class TomlError(GoujiError):
    """A TOML file cannot be used; the text says why, without its name."""


def read_toml(path: Path) -> dict[str, Any]:
    """Read a TOML file.

    Raises:
        TomlError: it cannot be read, is too large, not UTF-8 or not TOML.
    """
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST_FILE + 1)
    except OSError as error:
        reason = error.strerror or str(error)
        raise TomlError(Text(f"无法读取：{reason}", f"cannot be read: {reason}")) from None
    if len(data) > LARGEST_FILE:
        raise TomlError(Text(f"文件超过 {LARGEST_FILE:,} 字节", f"more than {LARGEST_FILE:,} bytes"))
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise TomlError(Text("不是 UTF-8 编码，请另存为 UTF-8", "not UTF-8; save it as UTF-8")) from None
    for number, line in enumerate(text.split("\n"), 1):
        if line.count(".") > MOST_DOTS:
            raise TomlError(
                Text(f"第 {number} 行有超过 {MOST_DOTS} 个点", f"line {number} has more than {MOST_DOTS} dots")
            )
    import tomllib  # noqa: PLC0415 - a hook without configuration need not wait for it

    try:
        return tomllib.loads(text)
    except RecursionError:
        raise TomlError(Text("嵌套过深", "nested too deeply")) from None
    except ValueError as error:  # also a number of 5,000 digits, which is no TOMLDecodeError
        raise TomlError(Text(f"不是合法的 TOML：{error}", f"not valid TOML: {error}")) from None
