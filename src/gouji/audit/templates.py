"""Pages that need nothing beside them: what every page made of a template shares.

All that comes from documents and paths is text here: what does not print is shown as escapes, Jinja
escapes the rest, and the page's policy lets no style run but its own.
"""

from base64 import b64encode
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from gouji.reporters.escape import visible
from gouji.wording import Text

if TYPE_CHECKING:
    from jinja2 import Environment

PAGE = Path(__file__).with_name("page")


def packed(*names: str) -> str:
    """Return styles or scripts that lie beside the templates, one after the other."""
    return "".join((PAGE / name).read_text(encoding="utf-8") for name in names)


def policy(style: str, script: str = "") -> str:
    """Return the Content Security Policy of a page with one style, and one script or none (CSP3, 2.3.1)."""
    scripts = f"script-src '{_digest(script)}'; " if script else ""
    return f"default-src 'none'; style-src '{_digest(style)}'; {scripts}base-uri 'none'; form-action 'none'"


def _digest(source: str) -> str:
    return "sha256-" + b64encode(sha256(source.encode()).digest()).decode()


def environment() -> "Environment":
    """Return what fills the templates: in Chinese, everything escaped, an unknown name an error."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined  # noqa: PLC0415 - only a page needs it

    return Environment(
        loader=FileSystemLoader(PAGE),
        autoescape=True,
        finalize=_shown,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _shown(value: object) -> object:
    """Make harmless all that a page is filled with; what is markup already was made by the page itself."""
    if hasattr(value, "__html__"):
        return value
    return visible(value.zh if isinstance(value, Text) else str(value))
