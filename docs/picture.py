"""Draw ``docs/demo.svg``: the real output of gouji on ``examples/errors.md``, as a terminal shows it."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from html import escape
from io import StringIO
from pathlib import Path

from rich.cells import cell_len
from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from rich.text import Text

ROOT = Path(__file__).resolve().parents[1]
_RUN = re.compile(r" +|[─-╿]+|[!-~]+|[^ !-~─-╿]")  # blanks, box lines, Latin words, single characters
COMMAND = ("check", "--date", "2026-01-31", "--select", "GJ303,GJ205,GJ240", "examples/errors.md")
WIDTH = 84  # columns
CELL, LINE, SIZE, MARGIN = 9.6, 22, 16, 16  # pixels
COLORS = {1: "#c82829", 2: "#187a3c", 3: "#986801", 4: "#215abe", 6: "#097682"}
STYLE = """text { font: 16px "Sarasa Mono SC", "Noto Sans Mono CJK SC", Menlo, Consolas, monospace; fill: #282c34; white-space: pre }
.dim { fill: #6a6e76 } .bold { font-weight: bold } .underline { text-decoration: underline }"""


def output() -> str:
    """Return what gouji prints, colours included, at the picture's width."""
    program = (
        "import sys; sys.stdout.isatty = lambda: True; from gouji.cli import main; "
        f"sys.argv = ['gouji', *{COMMAND!r}]; main()"
    )
    environment = {key: value for key, value in os.environ.items() if key not in ("NO_COLOR", "GOUJI_LANG")}
    done = subprocess.run(  # noqa: S603 - our own program with our own arguments
        [sys.executable, "-c", program],
        cwd=ROOT,
        env=environment | {"COLUMNS": str(WIDTH), "LINES": "50"},
        capture_output=True,
        check=False,
    )
    return done.stdout.decode("utf-8")


def picture() -> str:
    """Return the SVG: every run of text at its own column, so that Chinese takes two cells anywhere."""
    text = Text.from_ansi(f"$ gouji {' '.join(COMMAND)}\n{output()}")
    lines = list(Console(width=200, file=StringIO()).render_lines(text, pad=False))
    drawn = [part for number, line in enumerate(lines) for part in _line(number, line)]
    width, height = WIDTH * CELL + 2 * MARGIN, len(lines) * LINE + 2 * MARGIN
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height}" width="{width:.0f}" height="{height}">',
            f"<style>{STYLE}</style>",
            '<rect width="100%" height="100%" rx="8" fill="#fafafa" stroke="#d0d4da"/>',
            *drawn,
            "</svg>\n",
        ]
    )


def _line(number: int, line: list[Segment]) -> Iterator[str]:
    column, y = 0, MARGIN + (number + 1) * LINE - 6
    for segment in line:
        for words in _RUN.findall(segment.text):
            size = cell_len(words)
            if words.strip():
                x = MARGIN + column * CELL
                yield (
                    f'<text x="{x:.1f}" y="{y}" textLength="{size * CELL:.1f}" lengthAdjust="spacingAndGlyphs"'
                    f"{_look(segment.style)}>{escape(words)}</text>"
                )
            column += size


def _look(style: Style | None) -> str:
    if style is None:
        return ""
    classes = [name for name in ("dim", "bold", "underline") if getattr(style, name)]
    color = COLORS.get(style.color.number or 0) if style.color else None
    look = f' class="{" ".join(classes)}"' if classes else ""
    return f'{look} style="fill:{color}"' if color else look


if __name__ == "__main__":
    (ROOT / "docs" / "demo.svg").write_text(picture(), encoding="utf-8")
