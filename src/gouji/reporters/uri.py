"""File names in reports: as URIs, from the very bytes that the file system has."""

import os
from urllib.parse import quote


def uri(path: str) -> str:
    """Return a relative URI of a path: its bytes percent-encoded, separators kept, no leading ``./``."""
    return quote(os.fsencode(path).removeprefix(b"./"), safe="/")
