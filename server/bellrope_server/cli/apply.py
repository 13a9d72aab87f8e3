"""`bellrope apply`: apply the projects and triggers that a YAML file declares."""

import asyncio
import sys
from functools import partial
from typing import Annotated, Any, NoReturn

import grpc
import typer
from google.rpc.error_details_pb2 import BadRequest

from bellrope_server.api import provision
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
        bool, typer.Option("--prune", help="Delete triggers of these projects that are not in the file.")
    ] = False,
) -> None:
    """Apply the projects and triggers that a YAML file declares.

    A key that the file leaves out gets its default, but a secret and a pause stay as they are. Applying the
    same file again changes nothing.
    """
    ask = _asking(remote)
    try:
        changes = asyncio.run(provision.plan(declared(text_of(file)), ask, prune=prune))
    except DeclarationError as error:
        _refuse(file, error)
    except provision.Refused as refused:
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


def _made(change: provision.Change, ask: provision.Ask, file: str) -> bool:
    """Apply a change and print it, or print why it was refused. Return whether it was applied."""
    try:
        changed = asyncio.run(provision.apply(change, ask))
    except DeclarationError as error:
        print(f"bellrope: {file}:{error.line}: {change.name}: {error.sentence}", file=sys.stderr)
        return False
    print(change.text() if changed else f"= {change.name}")
    return True


def _refuse(file: str, error: DeclarationError) -> NoReturn:
    failures.fail(f"{file}:{error.line}: {error.sentence}; nothing was changed")


def _asking(remote: Remote) -> provision.Ask:
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
            raise provision.Refused(failures.sentence(error), field=field) from None

    return ask
