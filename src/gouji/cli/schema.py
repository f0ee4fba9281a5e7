"""``gouji schema``: the JSON Schema of a rule pack."""

import json
from pathlib import Path

from gouji.cli.console import OK, deliver
from gouji.pack_file import json_schema


def schema(output: Path | None) -> int:
    """Write the schema."""
    deliver(json.dumps(json_schema(), ensure_ascii=False, indent=2) + "\n", output)
    return OK
