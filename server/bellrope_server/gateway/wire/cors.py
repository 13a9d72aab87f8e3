"""What an answer says to a browser about pages of other origins (the Fetch standard, CORS protocol)."""

from collections.abc import Mapping

from bellrope_server.rules.origins import ANY

METHODS = "GET, HEAD, POST, PUT, PATCH, DELETE"
REMEMBERED = "600"  # seconds for which a browser need not ask again


def shared(allowed: str | None) -> dict[str, str]:
    """Return the headers by which a page may read an answer; none if its origin is not allowed.

    A page whose origin is listed may have the browser send credentials along, as Space Cloud's own client
    does. The server reads none but the key, and browsers do not let `*` have them.
    """
    if allowed is None:
        return {}
    found = {
        "Access-Control-Allow-Origin": allowed,
        "Access-Control-Expose-Headers": "X-Request-Id, Retry-After",
        "Vary": "Origin",
    }
    return found if allowed == ANY else found | {"Access-Control-Allow-Credentials": "true"}


def added(shared: Mapping[str, str], headers: Mapping[str, str]) -> dict[str, str]:
    """Return the headers of `shared` for an answer that has these; it varies with what either says.

    >>> added({"Vary": "Origin"}, {"Vary": "Accept-Encoding"})
    {'Vary': 'Accept-Encoding, Origin'}
    """
    if "Vary" not in shared or "Vary" not in headers:
        return dict(shared)
    return {**shared, "Vary": f"{headers['Vary']}, {shared['Vary']}"}


def is_preflight(method: str, headers: Mapping[str, str]) -> bool:
    """Return whether a browser asks what a page may send."""
    return method == "OPTIONS" and "Access-Control-Request-Method" in headers


def permission(headers: Mapping[str, str]) -> dict[str, str]:
    """Return the headers that allow what a browser asks for: the key decides about the call itself."""
    return {
        "Access-Control-Allow-Methods": METHODS,
        "Access-Control-Allow-Headers": headers.get("Access-Control-Request-Headers", ""),
        "Access-Control-Max-Age": REMEMBERED,
    }
