"""A tail that was recorded from a real server, played to a page at any speed."""

import base64
import json
from collections.abc import Sequence

from bellrope.v1.deliveries_pb2 import TailResponse
from console.watched import Watched

PLAY = """(() => {
  const { chunk, size, total, last, every } = RECORDING;
  const bytes = (text) => Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  const [usual, again, end] = [window.fetch, bytes(chunk), bytes(last)];
  window.played = 0;
  window.fetch = (input, init) => {
    if (!String(input.url ?? input).endsWith("/Tail")) return usual(input, init);
    const start = (controller) => {
      const timer = setInterval(() => {
        if (window.played >= total) clearInterval(timer);
        controller.enqueue(window.played >= total ? end : again.slice());
        window.played += size;
      }, every);
    };
    const headers = { "Content-Type": "application/connect+proto" };
    return Promise.resolve(new Response(new ReadableStream({ start }), { headers }));
  };
})()"""
EVERY = 20  # ms between chunks, as they come in over a network


def framed(message: TailResponse) -> bytes:
    """Return a message of a stream as the Connect protocol sends it."""
    body = message.SerializeToString()
    return b"\0" + len(body).to_bytes(4, "big") + body


async def play(
    tab: Watched, facts: Sequence[TailResponse], last: TailResponse, *, rate: int, total: int
) -> None:
    """Let every tail that the tab opens from now on be these facts again and again, so many a second."""
    size = rate * EVERY // 1000
    chunk = b"".join(map(framed, facts[:size]))
    recording = {
        "chunk": base64.b64encode(chunk).decode(),
        "size": size,
        "total": total,
        "last": base64.b64encode(framed(last)).decode(),
        "every": EVERY,
    }
    await tab.begin(PLAY.replace("RECORDING", json.dumps(recording)))
