"""Which URLs webhooks may call, checked without DNS and without I/O."""

import re
from dataclasses import dataclass

from bellrope_server.errors import UrlBlocked, UrlInvalid
from bellrope_server.rules import ports
from bellrope_server.rules.addresses import Reach, address_of, locate
from bellrope_server.rules.egress import EgressPolicy
from bellrope_server.rules.hosts import is_inside, is_loopback, is_name

MAX_URL_LENGTH = 2048
_DEFAULT_PORTS = {"http": 80, "https": 443}

_PLAIN = re.compile(r"[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]*")  # what RFC 3986 allows, and nothing else
_URL = re.compile(r"(https?)://([^/?#]*)([^#]*)(?:#.*)?", re.IGNORECASE)
_ESCAPED_DOT = re.compile("%2e", re.IGNORECASE)
_ESCAPE = re.compile("%[0-9A-Fa-f]{2}")
_AUTHORITY = re.compile(r"(\[[^\[\]]*\]|[^:\[\]]+)(?::([0-9]{1,5}))?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A URL that may be called, normalised and split. An IPv6 host has brackets only in `url`."""

    url: str
    scheme: str
    host: str
    port: int
    address: str | None

    @property
    def endpoint(self) -> tuple[str, str, int]:
        """The key of the limits per receiver: scheme, host, port."""
        return self.scheme, self.host, self.port


def check_url(url: str, policy: EgressPolicy) -> Target:
    """Return what to dial for `url`.

    Raises UrlInvalid if it cannot be called, and UrlBlocked if it leads to a forbidden place. A name that
    passes must still be resolved, and the policy must permit the address that is dialled.
    """
    target = read_url(url)
    if target.port in ports.DENIED:
        raise _blocked(f"Port {target.port} belongs to {ports.DENIED[target.port]}; use another port.")
    if target.address is None:
        _check_name(target.host, policy)
    else:
        _check_address(target.address, policy)
    return target


def read_url(url: str) -> Target:
    """Return a URL normalised as libcurl calls it, without its fragment; raise UrlInvalid.

    >>> read_url("HTTPS://Example.com.:443/a/../hook%2f#top").url
    'https://example.com/hook%2F'
    """
    _check_length(url)
    scheme, authority, rest = _split(url)
    host, address, port = _split_authority(authority, default_port=_DEFAULT_PORTS[scheme])
    shown_host = f"[{host}]" if ":" in host else host
    shown_port = "" if port == _DEFAULT_PORTS[scheme] else f":{port}"
    path, mark, query = rest.partition("?")
    url = f"{scheme}://{shown_host}{shown_port}{_normal_path(path)}{mark}{query}"
    _check_length(url)
    return Target(url=url, scheme=scheme, host=host, port=port, address=address)


def _normal_path(path: str) -> str:
    """Return a path without dot segments, also percent-encoded ones, and with escapes in capitals.

    So does libcurl (RFC 3986, 5.2.4 and 6.2.2.1). It leaves a query as it is.
    """
    kept: list[str] = []
    dots = ""
    for segment in path.split("/")[1:]:
        dots = _ESCAPED_DOT.sub(".", segment)
        if dots == "..":
            del kept[-1:]
        elif dots != ".":
            kept.append(segment)
    if dots in (".", ".."):  # the path then ends with a slash
        kept.append("")
    return _ESCAPE.sub(lambda escape: escape[0].upper(), "/" + "/".join(kept))


def _check_length(url: str) -> None:
    if len(url) > MAX_URL_LENGTH:
        raise _invalid(f"The URL is longer than {MAX_URL_LENGTH:,} characters; shorten it.")


def _split(url: str) -> tuple[str, str, str]:
    """Split a URL into scheme, authority, and path with query."""
    if _PLAIN.fullmatch(url) is None:
        raise _invalid(
            "The URL has a space or another character that RFC 3986 does not allow: percent-encode it in the "
            "path, and write a host outside ASCII in its xn-- form."
        )
    match = _URL.fullmatch(url)
    if match is None:
        raise _invalid("Write the whole URL: http:// or https://, the host, the path.")
    scheme, authority, path = match.groups()
    return scheme.lower(), authority, path if path.startswith("/") else f"/{path}"


def _split_authority(authority: str, *, default_port: int) -> tuple[str, str | None, int]:
    """Split an authority into host, address if the host is one, and port."""
    if "@" in authority:
        raise _invalid("Take the user info out of the URL; credentials go into the trigger's headers.")
    match = _AUTHORITY.fullmatch(authority)
    if match is None:
        raise _invalid("Write host or host:port after the scheme, an IPv6 address in brackets.")
    port = int(match[2] or default_port)
    if not 1 <= port <= 65535:
        raise _invalid("The port must be from 1 to 65535.")
    host = match[1].lower().removesuffix(".")
    if is_name(host):
        return host, None, port
    address = _read_address(host)
    return address, address, port


def _read_address(host: str) -> str:
    """Return the one normal spelling, without brackets, of a host that is not a name."""
    try:
        address = address_of(host.strip("[]"))
        if (address.version == 6) is host.startswith("["):
            return str(address)
    except ValueError:
        pass  # the same error as for brackets around IPv4
    raise _invalid(
        "The host must be a DNS name in ASCII with labels of at most 63 characters, an IPv4 address as four "
        "decimal numbers, or an IPv6 address in brackets without a zone."
    )


def _check_name(host: str, policy: EgressPolicy) -> None:
    if is_inside(host) and not policy.names(host):
        wider = "`loopback`" if is_loopback(host) else "its network or `private`"
        raise _blocked(
            f"{host} is a private name; start with --egress-allow {host} to call it, or with {wider}."
        )


def _check_address(address: str, policy: EgressPolicy) -> None:
    if policy.permits(address):
        return
    if locate(address)[1] is Reach.NEVER:
        raise _blocked(f"Webhooks never go to {address}; use the receiver's own public address.")
    raise _blocked(f"{address} is not a public address; start with --egress-allow {address} to call it.")


def _invalid(sentence: str) -> UrlInvalid:
    return UrlInvalid(sentence, field="url")


def _blocked(sentence: str) -> UrlBlocked:
    return UrlBlocked(sentence, field="url")
