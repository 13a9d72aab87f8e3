"""`bellrope apply`: apply the projects that a YAML file declares."""

import asyncio
import sys
from functools import partial
from typing import Annotated, Any, NoReturn

import grpc
import typer
from google.rpc.error_details_pb2 import BadRequest

from bellrope_server.api.provision.change import Ask, Change, Refused
from bellrope_server.api.provision.change import apply as make
from bellrope_server.api.provision.plan import plan
from bellrope_server.cli import failures
from bellrope_server.cli.remote import Remote, remotely
from bellrope_server.cli.values import text_of
from bellrope_server.convert.declared import DeclarationError, declared


@partial(remotely, without=("project", "json"))  # the file names its projects
def apply(
    remote: Remote,
    file: Annotated[str, typer.Argument(metavar="FILE", help="The YAML file; `-` is standard input.")],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would change; change nothing.")
    ] = False,
    prune: Annotated[
        bool,
        typer.Option("--prune", help="Delete what is not under the file's `eventTypes` and `triggers`."),
    ] = False,
) -> None:
    """Apply the projects that a YAML file declares: settings, schemas and triggers.

    What the file leaves out of a project stays. A key that it leaves out of a trigger gets its default, but a
    secret and a pause stay as they are. Applying the same file again changes nothing.
    """
    ask = _asking(remote)
    try:
        changes = asyncio.run(plan(declared(text_of(file)), ask, prune=prune))
    except DeclarationError as error:
        _refuse(file, error)
    except Refused as refused:
        failures.fail(f"{refused.sentence}; nothing was changed")
    faults = 0
    for change in changes:
        if dry_run:
            print(change.text())
        else:
            faults += not _made(change, ask, file)
    if not changes:
        print("nothing to change")
    if faults:
        raise typer.Exit(failures.REFUSED)


def _made(change: Change, ask: Ask, file: str) -> bool:
    """Apply a change and print it, or print why it was refused. Return whether it was applied."""
    try:
        changed = asyncio.run(make(change, ask))
    except DeclarationError as error:
        print(f"bellrope: {file}:{error.line}: {change.name}: {error.sentence}", file=sys.stderr)
        return False
    print(change.text() if changed else f"= {change.name}")
    return True


def _refuse(file: str, error: DeclarationError) -> NoReturn:
    failures.fail("\n".join(f"{each}; nothing was changed" for each in error.lines(file)))


def _asking(remote: Remote) -> Ask:
    """Return the function that makes the calls. It raises Refused if the file is at fault."""

    async def ask(method: str, request: Any) -> Any:
        service, _, name = method.partition(".")
        try:
            return remote.ask(getattr(getattr(remote, service.lower()), name), request)
        except grpc.RpcError as error:
            if failures.exit_code(error) != failures.REFUSED:
                raise
            violations = failures.detail(error, BadRequest).field_violations
            field = violations[0].field if violations else ""
            raise Refused(failures.sentence(error), field=field) from None

    return ask
