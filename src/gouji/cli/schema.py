"""``gouji schema`` and ``gouji config schema``: JSON Schemas for editors."""

import json
from pathlib import Path

from gouji.cli.console import OK, deliver


def schema(output: Path | None) -> int:
    """Write the schema of a rule pack."""
    from gouji.pack_file import json_schema  # noqa: PLC0415

    return _written(json_schema(), output)


def config_schema(output: Path | None) -> int:
    """Write the schema of a configuration."""
    from gouji.config import json_schema  # noqa: PLC0415

    return _written(json_schema(), output)


def _written(content: dict[str, object], output: Path | None) -> int:
    deliver(json.dumps(content, ensure_ascii=False, indent=2) + "\n", output)
    return OK
