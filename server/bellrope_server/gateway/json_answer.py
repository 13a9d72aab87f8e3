"""The answer to a request that went well."""

from aiohttp.helpers import rfc822_formatted_time

from bellrope_server.gateway.answers import REQUEST_ID
from bellrope_server.gateway.wire_request import WireRequest


class JsonAnswer:
    """Status 200 with a JSON body, in the shape that aiohttp's server takes a response.

    Its few headers are written in one piece: to make a web.Response of them takes longer than to read the
    request they answer.
    """

    __slots__ = ("_body", "keep_alive")

    def __init__(self, body: bytes) -> None:
        self._body = body
        self.keep_alive = False

    async def prepare(self, request: WireRequest) -> None:
        """Send all of it; raise ConnectionError if the client is gone."""
        self.keep_alive = request.keep_alive
        minor = request.version.minor
        head = (
            f"HTTP/1.{minor} 200 OK\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(self._body)}\r\n"
            f"Date: {rfc822_formatted_time()}\r\n{REQUEST_ID}: {request.request_id}\r\n"
        )
        if self.keep_alive != (minor == 1):  # each version has its own of these as what goes without saying
            head += f"Connection: {'keep-alive' if self.keep_alive else 'close'}\r\n"
        await request.writer.write(head.encode() + b"\r\n" + self._body)

    async def write_eof(self) -> None:
        """Do nothing: all is sent."""
