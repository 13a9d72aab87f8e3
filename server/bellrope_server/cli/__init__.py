"""The program `bellrope`: the server, and commands that call a server."""

from typing import Annotated, ClassVar

import typer

from bellrope_server.cli.lazy import CONTEXT, Command, Lazy
from bellrope_server.cli.plain_values import read_plainly

read_plainly()


class Program(Lazy):
    """All commands, each with its place in the code and the first line of its help."""

    table: ClassVar = {
        "serve": Command("server:serve", "Run the server: gRPC, HTTP, and the loop that calls the webhooks."),
        "migrate": Command("server:migrate", "Migrate the database to this version's schema."),
        "doctor": Command("doctor:doctor", "Check whether a server can run here, or how the running one is."),
        "status": Command("status:status", "Show how a running server is."),
        "queue": Command("queue:queue", "Queue an event; with --sync, wait for the webhook's answer."),
        "queue-batch": Command("bulk:queue_batch", "Queue a file of events, up to 1,000 in one commit."),
        "queue-stream": Command("bulk:queue_stream", "Queue a file of events as they come."),
        "apply": Command("apply:apply", "Apply the projects that a YAML file declares."),
        "export": Command("export:export", "Write all projects as a file that `apply` reads."),
        "import-space-cloud": Command(
            "import_space_cloud:import_space_cloud",
            "Import the YAML that Space Cloud's command line writes.",
        ),
        "projects": Command("projects:program", "Create, list and delete projects."),
        "triggers": Command(
            "triggers:program", "Manage triggers: which URL to call for which type of event."
        ),
        "event-types": Command(
            "event_types:program", "Manage schemas: what the data of events of a type must be."
        ),
        "events": Command("events:program", "Look up, cancel and replay events."),
        "deliveries": Command("deliveries:program", "Look up, cancel, reschedule and replay deliveries."),
        "statistics": Command("statistics:statistics", "Count attempts over time, and draw them as bars."),
        "bulk": Command("bulk_actions:program", "Act on all deliveries or events that match a filter."),
        "tail": Command("tail:tail", "Show what happens, as it happens, until Ctrl-C."),
    }


program = typer.Typer(
    name="bellrope",
    cls=Program,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings=CONTEXT,
)


def _say_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        print(f"bellrope {version('bellrope-server')}")
        raise typer.Exit


@program.callback()
def bellrope(
    version: Annotated[
        bool, typer.Option("--version", callback=_say_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Pull here, it rings there: give it an event, and it calls the right webhooks.

    The exit code is 0 if the command succeeded, 1 if it was refused, 2 if the command line is wrong, and 3 if
    no server answered or the outcome is unknown.
    """
