"""The most attempts under way at once: of a trigger, at an endpoint, and on this node."""

from dataclasses import dataclass

from bellrope_server.config import Config


@dataclass(frozen=True, slots=True, kw_only=True)
class Caps:
    """The most attempts under way at once. `node` is for this node, the others for all nodes of a database.

    A trigger can have its own cap in place of `trigger`.
    """

    trigger: int
    endpoint: int
    node: int

    @classmethod
    def of(cls, config: Config) -> "Caps":
        """Return the caps that the settings say."""
        return cls(
            trigger=config.max_in_flight_per_trigger,
            endpoint=config.max_in_flight_per_endpoint,
            node=config.max_in_flight,
        )
