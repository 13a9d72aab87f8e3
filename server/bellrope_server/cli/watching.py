"""Streams that a command watches; if the server goes away, the command waits for it."""

import sys
import time
from collections.abc import Iterator
from typing import Any

import grpc

from bellrope_server.cli.remote import Remote

PAUSE = 0.5  # seconds before the next call: a draining server refuses at once


def watched(remote: Remote, method: Any, request: Any, *, back: str) -> Iterator[Any]:
    """Yield the messages of a stream until it ends.

    If the server goes away (UNAVAILABLE), this prints so on standard error, calls again, and prints `back`
    when the server answers. If the server never answered, or for any other error, it raises grpc.RpcError.
    """
    heard = away = False
    while True:
        try:
            for message in method(request, metadata=remote.metadata, wait_for_ready=heard):
                if away:
                    _say(back)
                heard, away = True, False
                yield message
            return
        except grpc.RpcError as error:
            if not heard or error.code() is not grpc.StatusCode.UNAVAILABLE:
                raise
        if not away:
            _say("the server went away; waiting for it")
        away = True
        time.sleep(PAUSE)


def _say(sentence: str) -> None:
    print(f"bellrope: {sentence}", file=sys.stderr, flush=True)
