"""Streams that a command looks on at: a server that goes away is waited for."""

import sys
import time
from collections.abc import Iterator
from typing import Any

import grpc

from bellrope_server.cli.remote import Remote

PAUSE = 0.5  # seconds before asking again: a server that drains refuses at once


def watched(remote: Remote, method: Any, request: Any, *, back: str) -> Iterator[Any]:
    """Yield what a stream brings, until it ends.

    If the server goes away, that is told on standard error and the stream is asked for again, which is what
    the protos say to do on UNAVAILABLE; when it answers, `back` is told. A server that never answered is not
    waited for: then, and for whatever else is wrong, grpc.RpcError is raised.
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
