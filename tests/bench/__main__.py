"""The commands of the bench: `PYTHONPATH=tests .venv/bin/python -m bench --help`."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer
import uvloop

from bench.cores import OTHER_CORE, pin
from bench.large.run import long
from bench.page import write
from bench.report import save
from bench.scenarios import HTTP
from bench.server import DATABASES, HERE, Checkout
from bench.studies import Asked, Study, closed_study, compare, quiet_study, sync_study
from bench.whole import whole

app = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False)

Server = Annotated[Path, typer.Option(help="The clone whose server is measured.")]
Against = Annotated[Path | None, typer.Option(help="Another clone, measured in turn with it.")]
Database = Annotated[list[str], typer.Option(help="sqlite or postgres; by default both.")]
Rounds = Annotated[int, typer.Option(min=1)]
Window = Annotated[float, typer.Option(help="Seconds that are counted, after a warm-up.")]
Door = Annotated[str, typer.Option(help="http or grpc.")]
Json = Annotated[Path | None, typer.Option("--json", help="Where to write every sample.")]


def study(name: str, make: Callable[[Asked], Study]) -> None:
    """Add a command that compares versions."""

    def command(
        server: Server = HERE,
        against: Against = None,
        database: Database = list(DATABASES),  # noqa: B006
        rounds: Rounds = 3,
        window: Window = 10.0,
        door: Door = HTTP,
        json: Json = None,
    ) -> None:
        checkouts = {"server": Checkout(server.resolve())}
        if against:
            checkouts["against"] = Checkout(against.resolve())
        asked = Asked(checkouts, database, rounds, window, door)
        pin(OTHER_CORE)
        good, found = uvloop.run(compare(asked, make(asked)))
        save(json, study=name, rounds=found)
        raise typer.Exit(0 if good else 1)

    app.command(name, help=make.__doc__)(command)


@app.command("all")
def everything(rounds: Rounds = 3, window: Window = 3.0, json: Json = Path("build/bench.json")) -> None:
    """Measure every line of the bar that needs no large table (about 15 minutes)."""
    pin(OTHER_CORE)
    good, found = uvloop.run(whole(rounds, window))
    save(json, **found)
    raise typer.Exit(0 if good else 1)


@app.command("long")
def large(
    database: Database = list(DATABASES),  # noqa: B006
    scale: Annotated[float, typer.Option(help="Make the tables smaller, to try this out.")] = 1.0,
    json: Json = Path("build/bench-long.json"),
) -> None:
    """Measure the lines that need large tables: built once on each database, ten million rows and more."""
    pin(OTHER_CORE)
    good, found = uvloop.run(long(database, scale))
    save(json, **found)
    raise typer.Exit(0 if good else 1)


@app.command("page")
def page(whole: Path = Path("build/bench.json"), large: Path = Path("build/bench-long.json")) -> None:
    """Write docs/performance.md's figures and pictures from what `all` and `long` have saved."""
    write(whole, large)


study("closed-loop", closed_study)
study("sync", sync_study)
study("quiet", quiet_study)

if __name__ == "__main__":
    app()
