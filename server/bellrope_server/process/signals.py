"""The signals that stop a server."""

import signal


def stops() -> tuple[signal.Signals, ...]:
    """Return the signals after which a server drains.

    SIGHUP comes when the terminal closes. A server that `nohup` started ignores it, and stays.
    """
    ignored = signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    return (signal.SIGTERM, signal.SIGINT) if ignored else (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


def leave_to_parent() -> None:
    """Ignore what a terminal sends to all its processes: the one that started this one acts on it."""
    for number in (signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
