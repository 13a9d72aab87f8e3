"""Our messages for malformed requests; the parser's messages would repeat parts of the request."""

from bellrope_server.errors import MalformedRequest, ServiceError
from bellrope_server.gateway.wire.aiohttp_internals import Complaint, LineTooLong, Unparsed, complaint
from bellrope_server.gateway.wire.answers import HeaderTooLarge, http_status

NOT_HTTP = "this is not an HTTP/1.1 request"
ONLY_CHUNKED = "the only supported Transfer-Encoding is chunked"

_SENTENCES = {
    Complaint.NO_HOST: "an HTTP/1.1 request needs a Host header",
    Complaint.DUPLICATE: "a header that may come only once is repeated",
    Complaint.TOO_MANY_LINES: "the request has too many header lines",
    Complaint.TWO_LENGTHS: "the request has both a Content-Length and a Transfer-Encoding",
    Complaint.BAD_LENGTH: "the Content-Length is not a number of bytes",
    Complaint.BAD_ENCODING: ONLY_CHUNKED,
    Complaint.BAD_CHUNKS: "the body's chunks are malformed",
    Complaint.BAD_TARGET: "the request's target must be ASCII without spaces: percent-encode it",
    Complaint.BAD_FIRST_LINE: f"{NOT_HTTP}: the first line must be METHOD TARGET HTTP/1.1",
    Complaint.TLS: "this port speaks HTTP without TLS: call it as http://, or through a proxy that ends TLS",
    Complaint.HTTP_2: "this port speaks HTTP/1.1: gRPC and HTTP/2 have the port of --grpc",
    Complaint.BAD_LINE: "a header line is malformed",
    None: NOT_HTTP,
}


def error_of(failure: BaseException) -> ServiceError:
    """Return the error for the exception that stopped the parser."""
    if isinstance(failure, ServiceError):
        return failure
    if isinstance(failure, LineTooLong):
        return HeaderTooLarge()
    return MalformedRequest(_SENTENCES[complaint(failure)])


def refusal(error: ServiceError) -> Unparsed:
    """Return a placeholder for a request; its answer is this error."""
    return Unparsed(status=http_status(error), exc=error, message=error.message)
