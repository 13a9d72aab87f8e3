"""A handle's way through the operator's proxy: how it asks for a tunnel, and what the proxy answered."""

from typing import Any

import pycurl

from bellrope_server.rules.proxies import Proxy


class Tunnel:
    """The tunnel of one request after another. All webhooks get one, also those that are plain http.

    libcurl asks for it by the address that the guard chose, so the proxy looks no name up. It gives the
    proxy no header of the request.
    """

    def __init__(self, easy: Any, proxy: Proxy) -> None:
        """Set up a handle that always goes through this proxy."""
        self._easy = easy
        self._pinned = "" if proxy.address else f"{proxy.host}:{proxy.port}"
        easy.setopt(pycurl.PROXY, proxy.url)
        easy.setopt(pycurl.NOPROXY, "")
        easy.setopt(pycurl.HTTPPROXYTUNNEL, 1)
        if proxy.user or proxy.password:
            easy.setopt(pycurl.PROXYAUTH, pycurl.HTTPAUTH_BASIC)  # sent at once, not only after a 407
            easy.setopt(pycurl.PROXYUSERNAME, proxy.user)
            easy.setopt(pycurl.PROXYPASSWORD, proxy.password)
        self.status = 0
        """What the proxy answered; 0 if nothing."""
        self.opened = False

    def prepare(self, address: str) -> None:
        """Begin the next request. The proxy is at this IP literal."""
        self.status, self.opened = 0, False
        if self._pinned:
            self._easy.setopt(pycurl.RESOLVE, [f"{self._pinned}:{address}"])

    def on_header(self, line: bytes) -> None:
        """Read a line of the proxy's answer. libcurl bounds them all, and fails after any answer but 2xx."""
        if not self.status:
            self.status = _status(line)
        elif line in (b"\r\n", b"\n"):
            self.opened = self.status // 100 == 2


def _status(line: bytes) -> int:
    """Return the status in the first line of an answer; 0 if that is not HTTP.

    >>> _status(b"HTTP/1.1 407 Proxy Authentication Required"), _status(b"SSH-2.0")
    (407, 0)
    """
    words = line.split(None, 2)
    return int(words[1]) if len(words) > 1 and words[1].isdigit() else 0
