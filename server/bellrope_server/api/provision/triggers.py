"""What makes a trigger as the file declares it."""

from collections.abc import Iterator

from bellrope.v1 import triggers_pb2
from google.protobuf.field_mask_pb2 import FieldMask

from bellrope_server.api.provision.change import Change, differences, flat
from bellrope_server.convert.declared import DeclaredProject, DeclaredTrigger
from bellrope_server.convert.message_reader import is_secret
from bellrope_server.convert.triggers import TriggerReader, as_stored
from bellrope_server.errors import ServiceError
from bellrope_server.rules.egress import EgressPolicy
from bellrope_server.rules.urls import read_url

Proto = triggers_pb2.Trigger

ANY_URL = (
    "https://example.com/"  # replaces the URL while a trigger is read: only the server knows what it allows
)
SHOWN_BY_NAME = frozenset({"project", "name", "createTime", "updateTime", "signed", "secrets"})
SECRET = frozenset(each.json_name for each in Proto.DESCRIPTOR.fields if is_secret(each))
READER = TriggerReader(EgressPolicy.parse(()))


def save(project: DeclaredProject, wanted: DeclaredTrigger, old: Proto | None) -> Change | None:
    """Return the change that makes a trigger as declared, or None if it is already so.

    Raises DeclarationError if the file has a value that no server accepts.
    """
    sent = wanted.kept.filled(wanted.trigger, old)
    found = tuple(_differences(old, _as_it_would_be(sent, wanted), wanted))
    if old and not found:
        return None
    same_headers = old is not None and dict(old.headers) == dict(sent.headers)
    fields = [each for each in wanted.fields if each != "headers" or not same_headers]
    request = triggers_pb2.UpdateTriggerRequest(
        project=project.name,
        trigger=sent,
        update_mask=FieldMask(paths=fields),
        allow_missing=not wanted.kept,  # a trigger that is deleted meanwhile takes its secrets with it
    )
    return Change(
        sign="~" if old else "+",
        name=f"{project.name}/{sent.name}",
        method="Triggers.UpdateTrigger",
        request=request,
        written=wanted.written,
        differences=found,
        before=old,
    )


def delete(project: DeclaredProject, name: str) -> Change:
    """Return the change that deletes a trigger."""
    return Change(
        sign="-",
        name=f"{project.name}/{name}",
        method="Triggers.DeleteTrigger",
        request=triggers_pb2.DeleteTriggerRequest(project=project.name, trigger=name),
        written=project.written,
    )


def _as_it_would_be(sent: Proto, wanted: DeclaredTrigger) -> Proto:
    """Return the trigger with every default filled in, or raise DeclarationError with the line at fault."""
    read = Proto()
    read.CopyFrom(sent)
    read.url = ANY_URL
    try:
        spec = READER.spec(read)
    except ServiceError as error:
        raise wanted.written.fault(error) from None
    after = as_stored(spec)
    after.url = _as_called(sent.url)
    return after


def _as_called(url: str) -> str:
    """Return a URL as the server saves it, or as it is if the server will refuse it."""
    try:
        return read_url(url).url
    except ServiceError:
        return url


def _differences(old: Proto | None, new: Proto, wanted: DeclaredTrigger) -> Iterator[str]:
    """Yield a line for each removed and each added value; of secrets and headers no value is shown."""
    unsaid = SHOWN_BY_NAME if wanted.written.has("paused") else SHOWN_BY_NAME | {"paused"}
    yield from differences(flat(old, but=unsaid) if old else {}, flat(new, but=unsaid), hidden=SECRET)
    signed = old is not None and old.signed
    if wanted.trigger.secrets:
        again = "? secrets: written again; the server does not show whether it has the same"
        yield again if signed else "+ secrets: given"
    elif signed and wanted.written.has("secrets"):
        yield "- secrets: removed"
