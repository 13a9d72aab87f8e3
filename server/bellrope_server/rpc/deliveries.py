"""The service Deliveries."""

from bellrope.v1 import deliveries_pb2 as pb

from bellrope_server.call import Call
from bellrope_server.convert import deliveries, events, names
from bellrope_server.errors import InvalidField
from bellrope_server.model import State
from bellrope_server.rpc.pages import next_token, page
from bellrope_server.store import DeliveryFilter, Store


class Deliveries:
    """Shows what was accepted and what became of it, and sends it again."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def GetEvent(self, request: pb.GetEventRequest, call: Call) -> pb.Event:
        """Return one event."""
        return events.event_to_proto(
            await self._store.get_event(names.project(request.project), request.event_id)
        )

    async def GetDelivery(self, request: pb.GetDeliveryRequest, call: Call) -> pb.Delivery:
        """Return one delivery with its attempts."""
        project = names.project(request.project)
        return deliveries.to_proto(await self._store.get_delivery(project, request.delivery_id))

    async def ListDeliveries(
        self, request: pb.ListDeliveriesRequest, call: Call
    ) -> pb.ListDeliveriesResponse:
        """List deliveries with their attempts."""
        bound_to = f"{request.project} {request.event_id} {request.trigger} {request.state}"
        wanted = page(request.page_size, request.page_token, bound_to=bound_to)
        found = await self._store.list_deliveries(names.project(request.project), _filter(request), wanted)
        return pb.ListDeliveriesResponse(
            deliveries=[deliveries.to_proto(delivery) for delivery in found],
            next_page_token=next_token(found.next, bound_to=bound_to),
        )

    async def ReplayDelivery(self, request: pb.ReplayDeliveryRequest, call: Call) -> pb.Delivery:
        """Schedule a final delivery once more."""
        project = names.project(request.project)
        return deliveries.to_proto(await self._store.replay(project, request.delivery_id))


def _filter(request: pb.ListDeliveriesRequest) -> DeliveryFilter:
    try:
        state = State(request.state) if request.state else None
    except ValueError:
        raise InvalidField("is not a state", field="state") from None
    return DeliveryFilter(event_id=request.event_id or None, trigger=request.trigger or None, state=state)
