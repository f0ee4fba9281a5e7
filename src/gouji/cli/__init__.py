"""The command line: the only place that prints, exits and reads the environment."""

import sys


def main() -> None:
    """Run gouji with the process's arguments.

    ``gouji check FILE…`` without options is what a commit hook runs, over and over. It goes straight
    to its work: importing Typer (which imports pydantic) would double its time.
    """
    from gouji.cli.console import configuration, open_streams, run  # noqa: PLC0415

    open_streams()
    arguments = sys.argv[1:]
    if len(arguments) > 1 and arguments[0] == "check" and not any(a.startswith("-") for a in arguments):
        from gouji.cli.check import CheckCall, check  # noqa: PLC0415
        from gouji.cli.settings import Asked  # noqa: PLC0415

        run(lambda: check(CheckCall(paths=tuple(arguments[1:]), asked=Asked(config=configuration()))))
    from gouji.cli.app import app  # noqa: PLC0415

    app(prog_name="gouji")
