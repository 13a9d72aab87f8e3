"""The states of the deliveries of a test."""

from bellrope_server.model import State
from bellrope_server.store.store import Store
from bellrope_server.store.walks.pages import DeliveryFilter, Page
from integration.store.rig import PROJECT

ALL = DeliveryFilter()


async def states(store: Store) -> dict[str, State]:
    """Return the state of each trigger's only delivery."""
    found = await store.log.list_deliveries(PROJECT, ALL, Page())
    assert len({each.trigger for each in found}) == len(found)
    return {each.trigger: each.state for each in found}
