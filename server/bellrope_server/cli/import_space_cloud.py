"""`bellrope import-space-cloud`: import what Space Cloud's command line wrote."""

import json as json_module
from collections import Counter
from http.client import HTTPException
from typing import Annotated
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

import typer

from bellrope_server.cli import failures
from bellrope_server.cli.remote import KEYS, SENDABLE, checked_key
from bellrope_server.cli.space_cloud import ORDER, Document, documents
from bellrope_server.cli.values import text_of

PATIENCE = 30.0  # seconds


def import_space_cloud(
    files: Annotated[list[str], typer.Argument(metavar="FILE...", help="YAML files, or `-`.")],
    url: Annotated[
        str,
        typer.Option(
            metavar="URL", envvar="BELLROPE_URL", help="The server's HTTP address.", show_default=True
        ),
    ] = "http://127.0.0.1:4122",
    key: Annotated[
        str | None,
        typer.Option(metavar="KEY", envvar=KEYS, help="The key to call with.", show_default=False),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would be taken, without a server; change nothing.")
    ] = False,
    partial: Annotated[
        bool, typer.Option("--partial", help="Exit code 0 even if some documents were refused.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="Print JSON, one object on each line.")] = False,
) -> None:
    """Import the YAML that Space Cloud's command line writes.

    It reports each document with its line: taken, translated (and how), or refused (and what to write
    instead). It imports everything that it can. The exit code is 1 if something was refused.
    """
    _check(url)
    key = checked_key(key)
    found = [(file, document) for file in files for document in documents(text_of(file))]
    if not dry_run:
        for _, document in sorted(found, key=lambda each: _place(each[1])):
            _send(document, url.rstrip("/"), key)
    for file, document in found:
        print(_as_json(file, document) if json else _as_text(file, document))
    counts = Counter(document.outcome for _, document in found)
    if not json:
        print(", ".join(f"{counts[outcome]} {outcome}" for outcome in ("taken", "translated", "refused")))
    if counts["refused"] and not partial:
        raise typer.Exit(failures.REFUSED)


def _check(url: str) -> None:
    """Raise BadParameter for an address that is not one."""
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").encode("idna")
        right = parts.scheme in ("http", "https") and host and parts.port != 0 and "@" not in parts.netloc
    except ValueError:
        right = False
    if not right or not SENDABLE.fullmatch(url):
        raise typer.BadParameter("must be like http://127.0.0.1:4122", param_hint="--url")


def _place(document: Document) -> int:
    """Return the place in the order of sending. Projects come first, because the rest is in them."""
    return ORDER.index(document.kind) if document.kind in ORDER else len(ORDER)


def _send(document: Document, url: str, key: str | None) -> None:
    """Send a document to its documented path; refuse it if the server does."""
    if document.outcome == "refused":
        return
    headers = {"Content-Type": "application/json"}
    headers |= {"Authorization": f"Bearer {key}"} if key else {}
    body = json_module.dumps(document.body).encode()
    request = Request(url + document.path, data=body, headers=headers, method="POST")
    try:
        with urlopen(request, timeout=PATIENCE):
            return
    except HTTPError as error:
        _refuse(document, error)
        return
    except HTTPException:
        why = f"{url} does not answer HTTP; give the HTTP address of the server in --url"
    except OSError:
        why = f"no server answers at {url}; start it with `bellrope serve`, or set --url"
    failures.fail(why, code=failures.UNKNOWN)


def _refuse(document: Document, error: HTTPError) -> None:
    """Refuse the document with the server's reason; exit if no other document could succeed either."""
    said, reason = _said(error)
    sentence = f"{said.rstrip('.')} ({reason})"
    if error.code in (401, 403):
        failures.fail(sentence)
    if error.code >= 500:
        failures.fail(sentence, code=failures.UNKNOWN)
    if reason == "URL_BLOCKED":  # the server's sentence is more exact
        document.notes = [note for note in document.notes if "--egress-allow" not in note]
    document.refuse(sentence)


def _said(error: HTTPError) -> tuple[str, str]:
    """Return the sentence and the reason of an answer; another server's answer has neither."""
    try:
        answered = json_module.loads(error.read())
        status, reason, said = (str(answered[key]) for key in ("status", "reason", "error"))
        return failures.advised(status, reason, said), reason
    except (ValueError, TypeError, LookupError):
        return f"HTTP {error.code}", "UNKNOWN"


def _as_text(file: str, document: Document) -> str:
    head = f"{file}:{document.line}  {document.kind}  {document.name}  {document.outcome}"
    return "\n".join([head, *(f"    {note}" for note in document.notes)])


def _as_json(file: str, document: Document) -> str:
    shown = {"file": file, "line": document.line, "kind": document.kind, "name": document.name}
    return json_module.dumps(shown | {"outcome": document.outcome, "notes": document.notes})
