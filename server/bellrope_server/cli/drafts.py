"""The trigger that `triggers test` tries in place of the saved one."""

from typing import Any

import typer
from bellrope.v1 import triggers_pb2 as pb
from google.protobuf.field_mask_pb2 import FieldMask

from bellrope_server.cli import failures
from bellrope_server.cli.remote import Remote
from bellrope_server.cli.values import text_of


def draft(remote: Remote, name: str, *, file: str | None, type: str, given: dict[str, Any]) -> pb.Trigger:
    """Return the trigger as the file declares it, or as it is saved, with the fields that are given.

    A trigger that is neither in a file nor saved is for `type`.
    """
    saved = _saved(remote, name)
    if file is not None:
        base = _declared(file, remote.project, name, saved)
    else:
        base = saved or pb.Trigger(type=type)
    changed = pb.Trigger(**given)
    FieldMask(paths=list(given)).MergeMessage(changed, base, replace_repeated_field=True)
    return base


def _saved(remote: Remote, name: str) -> pb.Trigger | None:
    import grpc
    from google.rpc.error_details_pb2 import ErrorInfo

    try:
        request = pb.GetTriggerRequest(project=remote.project, trigger=name)
        found: pb.Trigger = remote.ask(remote.triggers.GetTrigger, request)
    except grpc.RpcError as error:
        if failures.detail(error, ErrorInfo).reason != "TRIGGER_NOT_FOUND":
            raise
        return None
    return found


def _declared(file: str, project: str, name: str, saved: pb.Trigger | None) -> pb.Trigger:
    """Return the trigger as a file for `apply` declares it; it keeps what the file says that it keeps."""
    from bellrope_server.convert.declared import DeclarationError, declared

    try:
        projects = declared(text_of(file))
    except DeclarationError as error:
        failures.fail("\n".join(error.lines(file)))
    mine = (each for found in projects if found.name == project for each in found.triggers)
    wanted = next((each for each in mine if each.trigger.name == name), None)
    if wanted is None:
        raise typer.BadParameter(
            f"{file} has no trigger `{name}` in the project `{project}`", param_hint="--file"
        )
    for line, fault in wanted.kept.missing(saved):
        failures.fail(f"{file}:{line}: {fault}")
    return wanted.kept.filled(wanted.trigger, saved)
