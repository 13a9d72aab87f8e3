"""What an answer says to a browser about pages of other origins (the Fetch standard, CORS protocol)."""

from collections.abc import Mapping

METHODS = "GET, HEAD, POST, PUT, PATCH, DELETE"
REMEMBERED = "600"  # seconds for which a browser need not ask again


def shared(allowed: str | None) -> dict[str, str]:
    """Return the headers by which a page may read an answer; none if its origin is not allowed."""
    if allowed is None:
        return {}
    return {
        "Access-Control-Allow-Origin": allowed,
        "Access-Control-Expose-Headers": "X-Request-Id, Retry-After",
        "Vary": "Origin",
    }


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
