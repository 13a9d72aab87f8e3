"""The limits and caps of a server without settings, but for what a test changes."""

from dataclasses import replace
from typing import Any

from bellrope_server.admission.limits import Limits
from bellrope_server.config import Config
from bellrope_server.gateway.wire.request import WireLimits
from bellrope_server.scheduler.caps import Caps


def usual_limits(**changed: Any) -> Limits:
    """Return the limits, with these changes."""
    return replace(Limits.of(Config()), **changed)


def usual_wire_limits(**changed: Any) -> WireLimits:
    """Return the limits of a connection, with these changes."""
    return replace(WireLimits.of(usual_limits()), **changed)


def usual_caps(**changed: int) -> Caps:
    """Return the caps, with these changes."""
    return replace(Caps.of(Config()), **changed)
