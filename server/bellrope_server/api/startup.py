"""Applies a file of projects when the server starts."""

import asyncio
from typing import Any

from bellrope_server.admission.call import Call
from bellrope_server.api.api import Api, descriptor
from bellrope_server.api.provision.change import Refused, apply
from bellrope_server.api.provision.plan import plan
from bellrope_server.convert.declared import DeclarationError, DeclaredTrigger, declared
from bellrope_server.errors import ServiceError
from bellrope_server.rules.egress import EgressPolicy
from bellrope_server.rules.urls import check_url


async def start_with(text: str, api: Api, call: Call, policy: EgressPolicy) -> None:
    """Apply a file to the server that is starting, or raise DeclarationError.

    `call` is the server's own call. All URLs are checked first, so that a wrong file changes little.
    """
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


def _check_url(wanted: DeclaredTrigger, policy: EgressPolicy) -> None:
    try:
        check_url(wanted.trigger.url, policy)
    except ServiceError as error:
        raise DeclarationError(error.sentence, line=wanted.written.line_of("url")) from None
