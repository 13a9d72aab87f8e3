"""Applies a file of projects when the server starts."""

import asyncio
from pathlib import Path
from typing import Any

from bellrope_server.admission.call import Call
from bellrope_server.api.api import Api, descriptor
from bellrope_server.api.provision.change import Refused, apply
from bellrope_server.api.provision.plan import plan
from bellrope_server.config import ConfigError
from bellrope_server.convert.declared import DeclarationError, DeclaredTrigger, declared
from bellrope_server.errors import ServiceError
from bellrope_server.rules.egress import EgressPolicy
from bellrope_server.rules.urls import check_url
from bellrope_server.text import file_text


async def start_with(file: str, api: Api, call: Call, policy: EgressPolicy) -> None:
    """Apply a file to the server that is starting, or raise ConfigError.

    `call` is the server's own call. All URLs are checked first, so that a wrong file changes little.
    """
    text = await asyncio.to_thread(_text, Path(file))
    try:
        await _apply(text, api, call, policy)
    except DeclarationError as error:
        raise ConfigError("\n".join(error.lines(file))) from None


async def _apply(text: str, api: Api, call: Call, policy: EgressPolicy) -> None:
    projects = await asyncio.to_thread(declared, text)  # a large file takes seconds
    for trigger in (each for project in projects for each in project.triggers):
        _check_url(trigger, policy)

    async def ask(method: str, request: Any) -> Any:
        service, _, name = method.partition(".")
        try:
            return await api.checked(descriptor(service, name))(request, call)
        except ServiceError as error:
            raise Refused(error.sentence, field=error.field or "") from None

    try:
        changes = await plan(projects, ask)
    except Refused as refused:
        raise DeclarationError(refused.sentence, line=1) from None
    for change in changes:
        await apply(change, ask)


def _text(file: Path) -> str:
    try:
        with file.open("rb") as opened:
            return file_text.text_of(opened)
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else error
        raise ConfigError(f"--config {file}: {why}") from None


def _check_url(wanted: DeclaredTrigger, policy: EgressPolicy) -> None:
    try:
        check_url(wanted.trigger.url, policy)
    except ServiceError as error:
        raise DeclarationError(error.sentence, line=wanted.written.line_of("url")) from None
