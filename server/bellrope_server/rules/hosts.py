"""Which hosts are this machine's own."""

from ipaddress import ip_address


def is_loopback(host: str) -> bool:
    """Say whether a host, without its port, is this machine's own.

    >>> [is_loopback(host) for host in ("127.0.0.1", "localhost", "::1", "example.com", "0.0.0.0")]
    [True, True, True, False, False]
    """
    host = host.strip("[]").rstrip(".").lower()
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
