"""The YAML that Space Cloud's command line writes, and how each document is translated.

A document is `{api, type, meta, spec}`. Its kind is read from `api`, the path that it was sent to, because
some versions write a wrong `type`.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from urllib.parse import quote, urlsplit

from bellrope_server.cli.space_cloud_others import instead
from bellrope_server.text import strict_yaml
from bellrope_server.text.strict_yaml import Node
from bellrope_server.text.yaml_faults import MalformedYaml

CONFIG = "/v1/config/projects"
KINDS = {"config": "eventing-config", "schema": "eventing-schema", "rules": "eventing-rule"}
KINDS |= {"triggers": "eventing-trigger"}
EVENTING = re.compile(r"/v1/config/projects/[^/]+/eventing/(config|schema|rules|triggers)(/.*)?")
PROJECT = re.compile(r"/v1/config/projects/[^/]+")
ORDER = ("project", *KINDS.values())
BY_SPACE_CLOUD = ("DB_INSERT", "DB_UPDATE", "DB_DELETE", "FILE_CREATE", "FILE_DELETE")
TEXTS = ("id", "type", "url", "secret", "headers", "options")  # of a specification
EMPTY: tuple[Any, ...] = (None, "", {}, [])


@dataclass(kw_only=True)
class Document:
    """One document: its line, its kind, and the outcome of its translation."""

    line: int
    kind: str
    name: str
    path: str = ""
    body: dict[str, Any] = field(default_factory=dict)
    outcome: str = "taken"
    notes: list[str] = field(default_factory=list)

    def translate(self, note: str) -> None:
        """Mark the document as translated, and note what is different here."""
        if self.outcome == "taken":
            self.outcome = "translated"
        self.notes.append(note)

    def refuse(self, why: str) -> None:
        """Mark the document as refused, and note why and what to write instead."""
        self.outcome = "refused"
        self.notes.append(why)


class Read(NamedTuple):
    """What was read from a document: the project, the id, and the specification."""

    project: str
    id: str
    spec: dict[str, Any]


def documents(text: str) -> Iterator[Document]:
    """Yield the documents of a file, translated or refused; invalid YAML gives one refused document."""
    try:
        for node in strict_yaml.documents(text):
            if node is not None:
                yield _document(node)
    except MalformedYaml as error:
        yield _refused(error.line, error.sentence)


def _refused(line: int, why: str) -> Document:
    document = Document(line=line, kind="?", name="?")
    document.refuse(why)
    return document


def _value(node: Node) -> Any:
    """Return a document as JSON has it; what is text in Space Cloud stays as it is written."""
    value = strict_yaml.value(node)
    if isinstance(value, dict) and isinstance(value.get("spec"), dict):
        members = strict_yaml.members(node, "the document")
        names = {key: each for key, (_, each) in members.items() if key in ("api", "type", "meta")}
        value |= {key: strict_yaml.value(each, as_text=True) for key, each in names.items()}
        _, spec = members["spec"]
        found = strict_yaml.members(spec, "spec")
        value["spec"] |= {
            key: strict_yaml.value(found[key][1], as_text=True) for key in TEXTS if key in found
        }
    return value


def _document(node: Node) -> Document:
    line = node.line
    try:
        value = _value(node)
    except MalformedYaml as error:
        return _refused(error.line, error.sentence)
    if not isinstance(value, dict) or not isinstance(value.get("spec"), dict):
        return _refused(line, "this is not a document with the keys api, type, meta and spec")
    read = _read(value)
    kind = _kind(str(value.get("api") or ""), str(value.get("type") or ""))
    whole = "/".join(each for each in (read.project, read.id) if each and kind != "project")
    document = Document(line=line, kind=kind, name=whole or read.project or "?")
    translate = TRANSLATIONS.get(kind)
    if translate is None:
        document.refuse(instead(str(value.get("api") or ""), kind))
    else:
        translate(document, read)
    return document


def _read(value: Mapping[str, Any]) -> Read:
    meta = value.get("meta")
    meta = meta if isinstance(meta, dict) else {}
    spec = {str(key): each for key, each in value["spec"].items() if each not in EMPTY}
    project = meta.get("project") or meta.get("projectId") or spec.get("id") or ""
    return Read(project=str(project), id=str(meta.get("id") or ""), spec=spec)


def _kind(api: str, type: str) -> str:
    """Return the kind of a document, from its path if it has one, else from its type."""
    if match := EVENTING.fullmatch(api):
        return KINDS[match[1]]
    if PROJECT.fullmatch(api) or (not api and type in ("project", "projects")):
        return "project"
    singular = type.removesuffix("s")
    if singular not in ORDER:
        return type or api or "?"
    return api or singular


def _project(document: Document, read: Read) -> None:
    document.path = f"{CONFIG}/{quote(read.project, safe='')}"
    if dropped := sorted(read.spec.keys() - {"id", "name"}):
        document.translate(f"left out, because they have no meaning here: {', '.join(dropped)}")


def _config(document: Document, read: Read) -> None:
    document.path = _under(read, "config/eventing-config")
    document.body = {"enabled": read.spec.get("enabled", False)}
    if not isinstance(document.body["enabled"], bool):
        document.refuse("enabled is neither true nor false: write one of them, without quotes")
    elif not document.body["enabled"]:
        document.notes.append("enabled: false pauses the project: its deliveries wait")
    if dropped := sorted(read.spec.keys() - {"enabled", "id"}):
        document.translate(f"left out: {', '.join(dropped)}; events are kept in this server's own database")


def _schema(document: Document, read: Read) -> None:
    document.path = _under(read, f"schema/{quote(read.id, safe='')}")
    document.body = _unnamed(read.spec)


def _rule(document: Document, _: Read) -> None:
    document.refuse(
        "bellrope has no rules for who may queue: every service with the key may; give the key only to them,"
        " and leave this out (the filter of a trigger chooses its events)"
    )


def _trigger(document: Document, read: Read) -> None:
    document.path = _under(read, f"triggers/{quote(read.id, safe='')}")
    document.body = body = _unnamed(read.spec)
    for step in (_refusals, _defaults, _template, _filter, _hints):
        step(document, body)


def _under(read: Read, rest: str) -> str:
    return f"{CONFIG}/{quote(read.project, safe='')}/eventing/{rest}"


def _unnamed(spec: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in spec.items() if key not in ("id", "name")}


def _refusals(document: Document, body: dict[str, Any]) -> None:
    if body.get("requestTemplate"):
        document.refuse(
            "requestTemplate cannot be taken: the webhook gets the documented event; convert it in the"
            " webhook, and leave requestTemplate out"
        )
    if body.get("claims"):
        document.refuse(
            "claims cannot be taken: bellrope makes no tokens; sign the requests (secret: whsec_...) or set a"
            " fixed Authorization in headers, and leave claims out"
        )
    if urlsplit(str(body.get("url", ""))).scheme not in ("http", "https"):
        document.refuse("url is not a whole URL: write it like http://host/path")


def _defaults(document: Document, body: dict[str, Any]) -> None:
    """Replace a stored 0, which meant the default there; here it would be used as 0, or refused."""
    for key, default in (("retries", 3), ("timeout", 5000)):
        if body.get(key) == 0:
            body[key] = default
            document.translate(f"{key}: 0 -> {default}, because a stored 0 meant {default}")


def _template(document: Document, body: dict[str, Any]) -> None:
    """Leave out the settings of a requestTemplate if there is none."""
    if body.get("requestTemplate"):
        return
    dropped = [key for key in ("template", "tmpl", "outputFormat") if body.pop(key, None)]
    if dropped:
        document.translate(f"left out: {', '.join(dropped)}; no effect without a requestTemplate")


def _filter(document: Document, body: dict[str, Any]) -> None:
    if body.get("filter") == {"rule": "allow"}:
        del body["filter"]
        document.translate("left out: filter; the rule allow lets every event through")


def _hints(document: Document, body: dict[str, Any]) -> None:
    """Note what the user has to do."""
    if body.get("type") in BY_SPACE_CLOUD:
        document.notes.append(f"bellrope does not queue {body['type']} events itself: your service has to")
    host = urlsplit(str(body.get("url", ""))).hostname or ""
    if host.endswith((".svc.cluster.local", ".svc")) or (host and "." not in host and host != "localhost"):
        document.notes.append(f"{host} is in a private network: the server needs --egress-allow {host}")


TRANSLATIONS: Mapping[str, Callable[[Document, Read], None]] = {
    "project": _project,
    "eventing-config": _config,
    "eventing-schema": _schema,
    "eventing-rule": _rule,
    "eventing-trigger": _trigger,
}
