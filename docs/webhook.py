"""A webhook for trying things out: prints each request, and answers 200 or the statuses given as arguments.

    python3 docs/webhook.py 500 500 200

answers 500 twice and then 200 for ever. An argument that begins with { is the body of every answer. It
listens on http://127.0.0.1:8080, or on the port in the variable PORT, and needs only Python.
"""

import os
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

statuses = [int(word) for word in sys.argv[1:] if word[:1] != "{"] or [200]
body_of_answer = next((word for word in sys.argv[1:] if word[:1] == "{"), '{"thanks":true}')


class Webhook(BaseHTTPRequestHandler):
    """Answers one request."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        """Print the request, then answer."""
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        status = statuses.pop(0) if len(statuses) > 1 else statuses[0]
        head = [f"{self.command} {self.path} -> {status}", *map(": ".join, self.headers.items())]
        # In one piece, because requests that come at once must not mix.
        print("\n".join([*head, "", body.decode(errors="replace"), "\n"]), end="", flush=True)
        answer = body_of_answer.encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, format: str, *args: object) -> None:
        """Print nothing more: the request is already printed."""


class Server(ThreadingHTTPServer):
    """A server that many may call at once."""

    request_queue_size = 128


def listening(port: int) -> Server:
    """Return the server, bound to a local port. If the port cannot be used, exit with a message."""
    try:
        return Server(("127.0.0.1", port), Webhook)
    except OSError as error:
        sys.exit(
            f"port {port} cannot be used: {error.strerror}; stop its program, or use another port:\n"
            f"PORT=8081 python3 {' '.join(sys.argv)}, and 8081 in place of 8080 in the triggers' URLs"
        )


if __name__ == "__main__":
    server = listening(int(os.environ.get("PORT", "8080")))
    try:
        print(f"listening on http://127.0.0.1:{server.server_port}; stop with Ctrl-C", flush=True)
        server.serve_forever()
    except KeyboardInterrupt:
        print("stopped")
