"""A trigger's endpoint: checked and prepared once per version of the trigger, then used by each attempt."""

from dataclasses import dataclass

from bellrope_server.model import Micros, Trigger
from bellrope_server.outbound.authenticate import Credentials, credentials
from bellrope_server.outbound.envelope import FORMS, Envelope
from bellrope_server.rules.egress import EgressPolicy
from bellrope_server.rules.urls import Target, check_url

MAX_ENDPOINTS = 4096


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """What the stages of an attempt need to know about one version of a trigger."""

    version: int
    target: Target
    timeout: Micros
    envelope: Envelope
    credentials: Credentials
    secret: str | None


class Endpoints:
    """The endpoints of the triggers that were called lately."""

    def __init__(self, policy: EgressPolicy) -> None:
        self._policy = policy
        self._known: dict[int, Endpoint] = {}

    def of(self, trigger: Trigger) -> Endpoint:
        """Return the trigger's endpoint; raise UrlInvalid or UrlBlocked.

        The URL was checked when it was saved, but the row may be older than the policy, or edited by hand.
        """
        known = self._known.get(trigger.id)
        if known and known.version == trigger.version:
            return known
        if len(self._known) >= MAX_ENDPOINTS:
            del self._known[next(iter(self._known))]
        endpoint = self._known[trigger.id] = self.prepared(trigger)
        return endpoint

    def prepared(self, trigger: Trigger) -> Endpoint:
        """Return the endpoint of a trigger that need not be saved; raise UrlInvalid or UrlBlocked."""
        spec = trigger.spec
        return Endpoint(
            version=trigger.version,
            target=check_url(spec.url, self._policy),
            timeout=spec.timeout,
            envelope=FORMS[spec.encoding],
            credentials=credentials(spec.headers),
            secret=spec.secret,
        )
