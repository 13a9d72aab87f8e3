"""`bellrope import-space-cloud`: take over what Space Cloud's command line wrote, and say how that went."""

import json as json_module
import sys
from collections import Counter
from pathlib import Path
from typing import Annotated
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

import typer

from bellrope_server.cli import failures
from bellrope_server.cli.space_cloud import ORDER, Document, documents

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
        typer.Option(
            metavar="KEY", envvar="BELLROPE_ADMIN_KEY", help="The key to call with.", show_default=False
        ),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be taken, without a server; change nothing.")
    ] = False,
    partial: Annotated[
        bool, typer.Option("--partial", help="Exit code 0 even if some documents were refused.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="Print JSON, one object a line.")] = False,
) -> None:
    """Take over the YAML that Space Cloud's command line writes.

    Each document is told with its line: taken, translated (and how), or refused (and what to write instead).
    What can be taken is, whatever becomes of the rest. The exit code is 1 if something was refused.
    """
    found = [(file, document) for file in files for document in documents(_text(file))]
    if not dry_run:
        for _, document in sorted(found, key=lambda each: _place(each[1])):
            _send(document, url.rstrip("/"), key)
    for file, document in found:
        print(_as_json(file, document) if json else _told(file, document))
    counts = Counter(document.outcome for _, document in found)
    if not json:
        print(", ".join(f"{counts[outcome]} {outcome}" for outcome in ("taken", "translated", "refused")))
    if counts["refused"] and not partial:
        raise typer.Exit(failures.REFUSED)


def _text(file: str) -> str:
    try:
        return sys.stdin.read() if file == "-" else Path(file).read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "is not UTF-8"
        raise typer.BadParameter(f"{file}: {why}", param_hint="FILE") from None


def _place(document: Document) -> int:
    """Projects come first, because the rest is in them."""
    return ORDER.index(document.kind) if document.kind in ORDER else len(ORDER)


def _send(document: Document, url: str, key: str | None) -> None:
    """Send a document to the documented path that it belongs to, or refuse it as the server does."""
    if document.outcome == "refused":
        return
    headers = {"Content-Type": "application/json"}
    headers |= {"Authorization": f"Bearer {key}"} if key else {}
    body = json_module.dumps(document.body, default=str).encode()
    request = Request(url + document.path, data=body, headers=headers, method="POST")
    try:
        with urlopen(request, timeout=PATIENCE):
            return
    except HTTPError as error:
        _refuse(document, error)
    except (URLError, OSError):
        failures.fail(
            f"no server answers at {url}; start it with `bellrope serve`, or give --url",
            code=failures.UNKNOWN,
        )


def _refuse(document: Document, error: HTTPError) -> None:
    """Take over why the server refused it; without the key, or when it fails, no other will do better."""
    try:
        told = json_module.loads(error.read())
    except ValueError:
        told = {"error": f"HTTP {error.code}", "reason": "UNKNOWN"}
    sentence = f"{told['error'].rstrip('.')} ({told['reason']})"
    if error.code in (401, 403):
        failures.fail(sentence)
    if error.code >= 500:
        failures.fail(sentence, code=failures.UNKNOWN)
    if told["reason"] == "URL_BLOCKED":  # the server says it more exactly than our guess
        document.notes = [note for note in document.notes if "--egress-allow" not in note]
    document.refuse(sentence)


def _told(file: str, document: Document) -> str:
    head = f"{file}:{document.line}  {document.kind}  {document.name}  {document.outcome}"
    return "\n".join([head, *(f"    {note}" for note in document.notes)])


def _as_json(file: str, document: Document) -> str:
    shown = {"file": file, "line": document.line, "kind": document.kind, "name": document.name}
    return json_module.dumps(shown | {"outcome": document.outcome, "notes": document.notes})
