"""A batch of CloudEvents (JSON event format 1.0.2, section 4), read as a request to QueueBatch."""

from bellrope.v1 import eventing_pb2

from bellrope_server.admission.limits import Limits
from bellrope_server.convert import batches
from bellrope_server.convert.documented import named_together
from bellrope_server.errors import InvalidField, MalformedJson, ServiceError
from bellrope_server.gateway.cloudevents.events import Sent, structured
from bellrope_server.text import strict_json


class SentTogether:
    """The request of a JSON array of CloudEvents: `request` is for QueueBatch."""

    may_be_empty = True  # HTTP protocol binding, 3.3.2

    def __init__(self, project: str, limits: Limits, body: bytes) -> None:
        """Read the body; raise MalformedJson, InvalidField or TooLarge with the index of the event."""
        self._sent: list[Sent] = []
        self.request = eventing_pb2.QueueBatchRequest(project=project)
        for index, raw in enumerate(_split(body, limits)):
            try:
                self._add(raw)
            except ServiceError as error:
                raise error.at(index) from None

    def named(self, error: ServiceError) -> ServiceError:
        """Return the error with the name of the attribute."""
        return named_together(error, self._sent)

    def _add(self, raw: bytes) -> None:
        if not raw.startswith(b"{"):
            raise InvalidField("must be an object")
        sent = structured(raw)
        self._sent.append(sent)
        try:
            self.request.events.append(sent.request(""))
        except ServiceError as error:
            raise sent.named(error) from None


def _split(body: bytes, limits: Limits) -> list[bytes]:
    """Return the elements byte for byte, unchecked; raise MalformedJson if the body is not an array."""
    array = body.strip(b" \t\r\n")
    if not array.startswith(b"["):
        if len(body) <= strict_json.LARGE:
            strict_json.check(body)  # it says better what is wrong, and where
        raise MalformedJson("the request is not a JSON array")
    return batches.elements(array, limits)
