"""What a reply means: the kind of error that an attempt ended with, if any."""

import pycurl

from bellrope_server.model import AttemptError
from bellrope_server.outbound.handle import Reply

# By libcurl's code, for replies without a status, and for those that broke off.
_ERRORS = {
    pycurl.E_URL_MALFORMAT: AttemptError.BLOCKED,
    pycurl.E_OPERATION_TIMEDOUT: AttemptError.TIMEOUT,
    pycurl.E_COULDNT_CONNECT: AttemptError.CONNECT_FAILED,
    pycurl.E_OK: AttemptError.CONNECTION_RESET,  # it ended within the header
    pycurl.E_GOT_NOTHING: AttemptError.CONNECTION_RESET,
    pycurl.E_PARTIAL_FILE: AttemptError.CONNECTION_RESET,  # it ended within the body
    pycurl.E_SEND_ERROR: AttemptError.CONNECTION_RESET,
    pycurl.E_RECV_ERROR: AttemptError.CONNECTION_RESET,
    pycurl.E_SEND_FAIL_REWIND: AttemptError.CONNECTION_RESET,  # libcurl would have sent the request again
    pycurl.E_ABORTED_BY_CALLBACK: AttemptError.CONNECTION_RESET,  # likewise
    pycurl.E_SSL_CONNECT_ERROR: AttemptError.TLS_ERROR,
    pycurl.E_PEER_FAILED_VERIFICATION: AttemptError.TLS_ERROR,
    pycurl.E_SSL_CACERT_BADFILE: AttemptError.TLS_ERROR,
}


def error_of(reply: Reply) -> AttemptError:
    """Return why an attempt failed, or NONE.

    If the whole answer is there, or we stopped reading it, its status decides. A 2xx that broke off is no
    answer: it may have lost the events that it asks for.
    """
    if reply.strayed:
        return AttemptError.BLOCKED
    status = reply.status
    if 200 <= status <= 299:
        return _ERRORS.get(reply.code, AttemptError.PROTOCOL_ERROR) if reply.broken else AttemptError.NONE
    if status == 0:
        return _ERRORS.get(reply.code, AttemptError.PROTOCOL_ERROR)
    return AttemptError.REDIRECT if 300 <= status <= 399 else AttemptError.STATUS
