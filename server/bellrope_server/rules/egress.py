"""Where webhooks may go: pure rules over URLs and addresses, without DNS and without I/O."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_interface, ip_network
from typing import TypeAlias

from bellrope_server.errors import UrlBlocked, UrlInvalid

MAX_URL_LENGTH = 2048

Span: TypeAlias = tuple[int, int]  # the first and the last address of a network, as numbers


class _Reach(Enum):
    """How far a webhook may go for an address."""

    PUBLIC = 1  # always
    GUARDED = 2  # if the policy opens it
    NEVER = 3


# IPv4: everything is public but these. The table follows IANA's special-purpose registry, and takes in what
# that calls globally reachable: anycast relays and sinks, where no webhook lives.
_GUARDED_V4 = (
    "0.0.0.0/8",  # this network; Linux takes 0.0.0.0 for loopback
    "10.0.0.0/8",  # private, RFC 1918
    "100.64.0.0/10",  # shared by carriers (CGNAT), RFC 6598
    "127.0.0.0/8",  # loopback
    "172.16.0.0/12",  # private, RFC 1918
    "192.0.0.0/24",  # protocol assignments, RFC 6890
    "192.0.2.0/24",  # documentation, RFC 5737
    "192.31.196.0/24",  # AS112, RFC 7535
    "192.52.193.0/24",  # multicast tunnelling (AMT), RFC 7450
    "192.88.99.0/24",  # 6to4 relays, RFC 7526
    "192.168.0.0/16",  # private, RFC 1918
    "192.175.48.0/24",  # AS112, RFC 7534
    "198.18.0.0/15",  # benchmarks, RFC 2544
    "198.51.100.0/24",  # documentation
    "203.0.113.0/24",  # documentation
    "224.0.0.0/4",  # multicast
    "240.0.0.0/4",  # reserved, and broadcast
)

# IPv6: only global unicast is public, less these.
_GLOBAL_V6 = "2000::/3"
_GUARDED_V6 = (
    "2001::/23",  # protocol assignments: benchmarks, ORCHID, anycast relays, RFC 2928
    "2001:db8::/32",  # documentation, RFC 3849
    "2620:4f:8000::/48",  # AS112, RFC 7534
    "3fff::/20",  # documentation, RFC 9637
)
_ISATAP = (0x0000_5EFE, 0x0200_5EFE)  # RFC 5214: bits 64 to 95 of any address with IPv4 in the last 32

# No policy opens these: where clouds hand out credentials, and the prefixes with an IPv4 address inside, for
# they are another way to the same place (::/96 less ::1, which is loopback).
_V4_COMPATIBLE = IPv6Network("::/96").address_exclude(IPv6Network("::1"))
_NEVER = {
    "169.254.0.0/16": "link-local: the metadata of most clouds",
    "168.63.129.16/32": "metadata of Azure",
    "100.100.100.200/32": "metadata of Alibaba Cloud",
    "100.96.0.96/32": "metadata of Volcano Engine",
    "192.0.0.192/32": "metadata of Oracle Cloud Classic",
    "fe80::/10": "link-local: the metadata of OpenStack and others",
    "fd00:ec2::/32": "metadata and other services of AWS",
    "fd20:ce::254/128": "metadata of Google Cloud",
    "fd00:c1::a9fe:a9fe/128": "metadata of Oracle Cloud",
    "fd00:42::42/128": "metadata of Scaleway",
    "fd00:a9fe:a9fe::1/128": "metadata of Linode",
    "fd00:100::100:200/128": "metadata of Alibaba Cloud",
    "::ffff:0:0/96": "IPv4-mapped, RFC 4291",
    "::ffff:0:0:0/96": "IPv4-translated, RFC 2765",
    "64:ff9b::/96": "IPv4 behind NAT64, RFC 6052",
    "64:ff9b:1::/48": "IPv4 behind a local NAT64, RFC 8215",
    "2001::/32": "IPv4 inside Teredo, RFC 4380",
    "2002::/16": "IPv4 inside 6to4, RFC 3056",
    **{str(part): "IPv4-compatible, RFC 4291" for part in _V4_COMPATIBLE},
}

# The words of a policy. Metadata addresses within them stay closed.
_WORDS = {
    "loopback": ("127.0.0.0/8", "::1/128"),  # and the names localhost and *.localhost
    "private": ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7"),
}

# Names for inside a network, not even looked up: RFC 6761, RFC 6762 appendix G, RFC 8375, Kubernetes, and
# Google Cloud's metadata. A name of one label, such as `metadata`, is one too.
_INSIDE = (
    *(".localhost", ".localdomain", ".local", ".internal", ".intranet", ".private", ".corp", ".home", ".lan"),
    *(".home.arpa", ".svc", ".metadata.goog"),
)

# Ports of services that take an HTTP request for something else, or that obey one: the bad ports of the
# WHATWG Fetch standard, then data stores, brokers and consoles. None is ephemeral (32768 and above).
_SERVICES = """
tcpmux 1, echo 7, discard 9, systat 11, daytime 13, netstat 15, qotd 17, chargen 19, ftp-data 20, ftp 21,
ssh 22, telnet 23, smtp 25, time 37, name 42, nicname 43, dns 53, tftp 69, rje 77, finger 79, ttylink 87,
supdup 95, hostname 101, iso-tsap 102, gppitnp 103, acr-nema 104, pop2 109, pop3 110, sunrpc 111, auth 113,
sftp 115, uucp-path 117, nntp 119, ntp 123, epmap 135, netbios 137, netbios 139, imap 143, snmp 161, bgp
179, ldap 389, slp 427, smb 445, smtps 465, exec 512, login 513, shell 514, printer 515, tempo 526, courier
530, chat 531, netnews 532, uucp 540, afp 548, rtsp 554, remotefs 556, nntps 563, submission 587, syslog
601, ldaps 636, rsync 873, ftps-data 989, ftps 990, telnets 992, imaps 993, pop3s 995, socks 1080,
sql-server 1433, oracle 1521, h323 1719, h323 1720, pptp 1723, mqtt 1883, nfs 2049, zookeeper 2181, docker
2375, docker 2376, etcd 2379, etcd 2380, iscsi 3260, ldap 3268, ldaps 3269, mysql 3306, rdp 3389, apple-sasl
3659, npp 4045, sieve 4190, nats 4222, epmd 4369, gearman 4730, sip 5060, sips 5061, postgresql 5432, amqps
5671, amqp 5672, vnc 5900, x11 6000, redis 6379, redis 6380, pgbouncer 6432, sane 6566, irc 6665, irc 6666,
irc 6667, irc 6668, irc 6669, irc 6679, irc 6697, bolt 7687, cassandra 9042, kafka 9092, elasticsearch 9300,
amanda 10080, kubelet 10250, memcached 11211, beanstalkd 11300, redis 16379, redis 26379, mongodb 27017,
mongodb 27018, mongodb 27019
"""
_DENIED_PORTS = {int(port): name for name, port in (pair.split() for pair in _SERVICES.split(","))}
_DEFAULT_PORTS = {"http": 80, "https": 443}

_PLAIN = re.compile(r"[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]*")  # what RFC 3986 allows, and nothing else
_URL = re.compile(r"(https?)://([^/?#]*)([^#]*)(?:#.*)?", re.IGNORECASE)
_AUTHORITY = re.compile(r"(\[[^\[\]]*\]|[^:\[\]]+)(?::([0-9]{1,5}))?")
_NAME = re.compile(r"(?=.{1,253}\Z)(?!-)[a-z0-9_-]{1,63}(?<!-)(?:\.(?!-)[a-z0-9_-]{1,63}(?<!-))*")
_NUMERIC = re.compile(r"(?:.*\.)?(?:[0-9]+|0x[0-9a-f]*)")  # what inet_aton or a browser reads as an address


@dataclass(frozen=True, slots=True)
class EgressPolicy:
    """Which addresses webhooks may reach beside the public ones."""

    spans: tuple[Span, ...] = ()
    hosts: frozenset[str] = frozenset()
    loopback: bool = False

    @classmethod
    def parse(cls, entries: Iterable[str]) -> "EgressPolicy":
        """Read CIDRs, host names, and the words `loopback` and `private`; empty entries do not count.

        `loopback` is 127.0.0.0/8, ::1, localhost and *.localhost. `private` is RFC 1918, CGNAT
        (100.64.0.0/10) and unique local IPv6 (fc00::/7). Raises ValueError with a sentence for each wrong
        entry; a network that holds an address which no policy opens is wrong too.

        >>> EgressPolicy.parse(["private"]).permits("10.0.0.1")
        True
        """
        spans: list[Span] = []
        wrong: list[str] = []
        words = [entry.strip().lower().removesuffix(".") for entry in entries if entry.strip()]
        hosts = frozenset(word for word in words if _is_name(word) and word not in _WORDS)
        for word in words:
            try:
                spans += () if word in hosts else _entry_spans(word)
            except ValueError as error:
                wrong.append(str(error))
        if wrong:
            raise ValueError("; ".join(wrong))
        return cls(spans=tuple(spans), hosts=hosts, loopback="loopback" in words)

    def names(self, host: str) -> bool:
        """Say whether `host` (lower case, no trailing dot) is one that the policy names."""
        return host in self.hosts or (self.loopback and f".{host}".endswith(".localhost"))

    def permits(self, address: str, *, host: str = "") -> bool:
        """Say whether `address`, an IP literal as it is dialled (no brackets, no zone), may be called.

        `host` is the URL's host name in lower case, without a trailing dot: if the policy lists it, addresses
        that are not public are allowed for it, though never metadata addresses.
        """
        number, reach = _locate(address)
        if reach is _Reach.PUBLIC:
            return True
        if reach is _Reach.NEVER:
            return False
        return host in self.hosts or _within(number, self.spans)


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A URL that may be called, in one spelling and taken apart; an IPv6 host has brackets in `url` only."""

    url: str
    scheme: str
    host: str
    port: int
    address: str | None

    @property
    def endpoint(self) -> tuple[str, str, int]:
        """What the limits of one receiver go by: scheme, host, port."""
        return self.scheme, self.host, self.port


def check_url(url: str, policy: EgressPolicy) -> Target:
    """Return what to dial for `url`: normalised, and without its fragment, which no request carries.

    Raises UrlInvalid if it is no URL that can be called, and UrlBlocked if it leads where nothing may go. A
    name that passes has yet to be resolved, and the address that is dialled to be permitted.

    >>> check_url("HTTPS://Example.com.:443/hook#top", EgressPolicy()).url
    'https://example.com/hook'
    """
    scheme, authority, path = _split(url)
    host, address, port = _split_authority(authority, default_port=_DEFAULT_PORTS[scheme])
    if port in _DENIED_PORTS:
        raise _blocked(f"Port {port} is that of {_DENIED_PORTS[port]}; webhooks need another one.")
    if address is None:
        _check_name(host, policy)
    else:
        _check_address(address, policy)
    shown_host = f"[{host}]" if ":" in host else host
    shown_port = "" if port == _DEFAULT_PORTS[scheme] else f":{port}"
    url = f"{scheme}://{shown_host}{shown_port}{path}"
    return Target(url=url, scheme=scheme, host=host, port=port, address=address)


def _split(url: str) -> tuple[str, str, str]:
    """Take a URL apart into scheme, authority, and path with query."""
    if len(url) > MAX_URL_LENGTH:
        raise _invalid(f"The URL is longer than {MAX_URL_LENGTH:,} characters; shorten it.")
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
    """Take an authority apart into host, address if the host is one, and port."""
    if "@" in authority:
        raise _invalid("Take the user info out of the URL; credentials go into the trigger's headers.")
    match = _AUTHORITY.fullmatch(authority)
    if match is None:
        raise _invalid("Write host or host:port after the scheme, an IPv6 address in brackets.")
    port = int(match[2] or default_port)
    if not 1 <= port <= 65535:
        raise _invalid("The port must be from 1 to 65535.")
    host = match[1].lower().removesuffix(".")
    if _is_name(host):
        return host, None, port
    address = _read_address(host)
    return address, address, port


def _read_address(host: str) -> str:
    """Return the one spelling, without brackets, of a host that is no name."""
    try:
        address = _address(host.strip("[]"))
        if (address.version == 6) is host.startswith("["):
            return str(address)
    except ValueError:
        pass  # the same answer as for brackets around IPv4
    raise _invalid(
        "The host must be a DNS name in ASCII with labels of at most 63 characters, an IPv4 address as four "
        "decimal numbers, or an IPv6 address in brackets without a zone."
    )


def _check_name(host: str, policy: EgressPolicy) -> None:
    inside = "." not in host or f".{host}".endswith(_INSIDE)
    if inside and not policy.names(host):
        raise _blocked(f"{host} is a name for inside a network; it takes --egress-allow {host} to call it.")


def _check_address(address: str, policy: EgressPolicy) -> None:
    if policy.permits(address):
        return
    if _locate(address)[1] is _Reach.NEVER:
        raise _blocked(f"Webhooks never go to {address}; use the receiver's own public address.")
    raise _blocked(f"{address} is not a public address; it takes --egress-allow {address} to call it.")


def _invalid(sentence: str) -> UrlInvalid:
    return UrlInvalid(sentence, field="url")


def _blocked(sentence: str) -> UrlBlocked:
    return UrlBlocked(sentence, field="url")


def _is_name(text: str) -> bool:
    """Say whether this is a DNS name that nothing can take for an address."""
    return _NAME.fullmatch(text) is not None and _NUMERIC.fullmatch(text) is None


def _entry_spans(entry: str) -> list[Span]:
    """Return what a word, a CIDR or an address of a policy opens."""
    if entry in _WORDS:
        return [_span(text) for text in _WORDS[entry]]
    try:
        network = ip_interface(entry).network
        start = _address(entry.partition("/")[0])
    except ValueError:
        raise ValueError(
            f"{entry!r} is no CIDR, no host name, and none of the words loopback and private"
        ) from None
    if start != network.network_address:
        raise ValueError(f"{entry!r} begins inside its network: write {network} or {start}")
    _refuse_never(entry, _span(str(network)))
    return [_span(str(network))]


def _refuse_never(entry: str, span: Span) -> None:
    for text, (first, last) in zip(_NEVER, _NEVER_SPANS, strict=True):
        if span[0] <= last and first <= span[1]:
            raise ValueError(
                f"{entry!r} holds {text} ({_NEVER[text]}), which webhooks never reach: write networks "
                "without it, or the word private or loopback; public addresses need no entry"
            )


@lru_cache(maxsize=8192)
def _locate(address: str) -> tuple[int, _Reach]:
    """Return an address as a number, and its reach; what is no address, or has a zone, is never reached."""
    try:
        number = _number(_address(address))
    except ValueError:
        number = -1
    if number < 0 or _within(number, _NEVER_SPANS):
        return number, _Reach.NEVER
    isatap = number < _FIRST_V4 and (number >> 32) & 0xFFFF_FFFF in _ISATAP
    if isatap or not _within(number, _PUBLIC_SPANS) or _within(number, _GUARDED_SPANS):
        return number, _Reach.GUARDED
    return number, _Reach.PUBLIC


def _within(number: int, spans: Iterable[Span]) -> bool:
    for first, last in spans:  # noqa: SIM110 (any() costs three times as much, on every attempt)
        if first <= number <= last:
            return True
    return False


def _address(text: str) -> IPv4Address | IPv6Address:
    """Parse an address without a zone: an integer would forget the zone. Raises ValueError."""
    if "%" in text:
        raise ValueError("an address with a zone")
    return ip_address(text)


def _number(address: IPv4Address | IPv6Address) -> int:
    """Put both families on one line: IPv6, then IPv4."""
    return int(address) + (_FIRST_V4 if address.version == 4 else 0)


def _span(text: str) -> Span:
    network: IPv4Network | IPv6Network = ip_network(text)
    return _number(network[0]), _number(network[-1])


_FIRST_V4 = 1 << 128
_NEVER_SPANS = tuple(_span(text) for text in _NEVER)
_PUBLIC_SPANS = tuple(_span(text) for text in ("0.0.0.0/0", _GLOBAL_V6))
_GUARDED_SPANS = tuple(_span(text) for text in (*_GUARDED_V4, *_GUARDED_V6))
