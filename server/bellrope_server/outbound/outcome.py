"""What a reply means: the kind of error that an attempt ended with, and why TLS or the proxy failed."""

import pycurl

from bellrope_server.attempt import AttemptError, ProxyReason, TlsReason
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

# By OpenSSL's result (x509_vfy.h). For a wrong name, libcurl itself refuses a certificate without an error.
_REASONS = {
    **dict.fromkeys((0, 1, 62, 64), TlsReason.WRONG_NAME),
    **dict.fromkeys((2, 18, 19, 20, 21, 27), TlsReason.UNKNOWN_ISSUER),
    **dict.fromkeys((9, 10), TlsReason.EXPIRED),
}
# Alerts about a client's certificate (RFC 8446, 6.2). Endpoints never get one from us.
_ALERTS = ("alert certificate required", "alert bad certificate")

# By the proxy's answer, then by libcurl's code if it did not answer.
_PROXY_ANSWERS = {
    407: ProxyReason.CREDENTIALS_REFUSED,
    **dict.fromkeys((502, 503, 504), ProxyReason.WEBHOOK_UNREACHABLE),
}
_PROXY_ERRORS = {
    pycurl.E_COULDNT_CONNECT: ProxyReason.UNREACHABLE,
    pycurl.E_OPERATION_TIMEDOUT: ProxyReason.TIMEOUT,
    pycurl.E_SSL_CONNECT_ERROR: ProxyReason.TLS,
    pycurl.E_PEER_FAILED_VERIFICATION: ProxyReason.TLS,
    pycurl.E_SSL_CACERT_BADFILE: ProxyReason.TLS,
}


def error_of(reply: Reply) -> AttemptError:
    """Return why an attempt failed, or NONE.

    If the whole answer is there, or we stopped reading it, its status decides. A 2xx that broke off is no
    answer: it may have lost the events that it asks for.
    """
    if reply.strayed:
        return AttemptError.BLOCKED
    if reply.proxy_status is not None:
        return AttemptError.PROXY_ERROR
    status = reply.status
    if 200 <= status <= 299:
        return _ERRORS.get(reply.code, AttemptError.PROTOCOL_ERROR) if reply.broken else AttemptError.NONE
    if status == 0:
        error = _ERRORS.get(reply.code, AttemptError.PROTOCOL_ERROR)
        return AttemptError.TLS_ERROR if error is AttemptError.CONNECTION_RESET and _refused(reply) else error
    return AttemptError.REDIRECT if 300 <= status <= 399 else AttemptError.STATUS


def tls_reason_of(reply: Reply) -> TlsReason:
    """Return why TLS failed."""
    if reply.code == pycurl.E_PEER_FAILED_VERIFICATION:
        return _REASONS.get(reply.verified, TlsReason.OTHER)
    return TlsReason.CERTIFICATE_REQUIRED if _refused(reply) else TlsReason.OTHER


def proxy_reason_of(reply: Reply) -> ProxyReason:
    """Return why the proxy made no tunnel."""
    status = reply.proxy_status
    if status and status // 100 != 2:  # a 2xx that breaks off is no answer
        return _PROXY_ANSWERS.get(status, ProxyReason.REFUSED)
    return _PROXY_ERRORS.get(reply.code, ProxyReason.OTHER)


def _refused(reply: Reply) -> bool:
    """Return whether the endpoint ended the connection because it got no client certificate.

    It says so by an alert, but many just hang up after they have asked for one.
    """
    return reply.asked or any(alert in reply.said for alert in _ALERTS)
