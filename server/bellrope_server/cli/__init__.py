"""The commands: the server itself, and its RPCs from a shell."""

from importlib.metadata import version as version_of
from typing import Annotated

import typer

from bellrope_server.cli import events, server, triggers

program = typer.Typer(
    name="bellrope",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # its tables cut long flags short, and take [default: ...] for markup
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
program.command()(server.serve)
program.command()(server.migrate)
program.command()(events.queue)
program.add_typer(triggers.program, name="triggers")


def _say_version(wanted: bool) -> None:
    if wanted:
        print(f"bellrope {version_of('bellrope-server')}")
        raise typer.Exit


@program.callback()
def bellrope(
    version: Annotated[
        bool, typer.Option("--version", callback=_say_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Pull here, it rings there: hand it an event, and it calls the right webhooks."""
