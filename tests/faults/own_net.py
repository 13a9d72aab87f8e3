"""A network of the test's own, in which every address answers and every packet is seen (Linux, as root)."""

import ctypes
import os
import socket
import struct
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from ipaddress import ip_address

CLONE_NEWNET = 0x4000_0000
ALL_PROTOCOLS = 3  # ETH_P_ALL
IPV6 = 0x86DD
TCP, UDP = 6, 17
SYN, ACK = 2, 16
SOL_PACKET, PACKET_STATISTICS = 263, 6
HERE = "/proc/thread-self/ns/net"
LIBC = ctypes.CDLL(None, use_errno=True)
ROOM = 64 * 1024 * 1024  # bytes of packets that may wait to be looked at

# These routes make every address the machine's own: whatever is dialled arrives here.
COMMANDS = (
    "ip link set lo up",
    "ip route add local 0.0.0.0/0 dev lo",
    "ip -6 route add local ::/0 dev lo",
)


class Wire:
    """Watches the network for the first packet of each connection or exchange."""

    def __init__(self) -> None:
        self._socket = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(ALL_PROTOCOLS))
        self._socket.setsockopt(socket.SOL_SOCKET, 33, ROOM)  # SO_RCVBUFFORCE
        self._socket.bind(("lo", ALL_PROTOCOLS))
        self._socket.setblocking(False)

    def dialled(self) -> list[tuple[str, int]]:
        """Return the address and port of each TCP connection and UDP packet since the last call."""
        found: list[tuple[str, int]] = []
        while True:
            try:
                packet, about = self._socket.recvfrom(128)
            except BlockingIOError:
                break
            if about[2] == socket.PACKET_OUTGOING and (target := _target(packet, about[1])):
                found.append(target)
        _, dropped = struct.unpack("II", self._socket.getsockopt(SOL_PACKET, PACKET_STATISTICS, 8))
        assert dropped == 0, "packets went by unseen"
        return found

    def close(self) -> None:
        """Stop watching."""
        self._socket.close()


def _target(packet: bytes, protocol: int) -> tuple[str, int] | None:
    """Return the destination of a packet that opens a TCP connection or is UDP."""
    six = protocol == IPV6
    kind, start = (packet[6], 40) if six else (packet[9], (packet[0] & 15) * 4)
    opens = kind == TCP and packet[start + 13] & (SYN | ACK) == SYN
    if kind != UDP and not opens:
        return None
    address = ip_address(packet[24:40] if six else packet[16:20])
    return str(address), int.from_bytes(packet[start + 2 : start + 4], "big")


@contextmanager
def own_net() -> Iterator[Wire]:
    """Move this thread, and what it starts, into a network of its own; raise OSError if it may not."""
    with new_net():
        for command in COMMANDS:
            subprocess.run(command.split(), check=True)
        wire = Wire()
        yield wire
        wire.close()


@contextmanager
def new_net() -> Iterator[int]:
    """Move this thread, and what it starts, into a new network; raise OSError if it may not.

    Return what `inside` needs to move back.
    """
    with _kept():
        if LIBC.unshare(CLONE_NEWNET):
            raise OSError(ctypes.get_errno(), "no network of its own")
        here = os.open(HERE, os.O_RDONLY)
        try:
            yield here
        finally:
            os.close(here)


@contextmanager
def inside(net: int) -> Iterator[None]:
    """Move this thread, and what it starts, into an existing network."""
    with _kept():
        LIBC.setns(net, CLONE_NEWNET)
        yield


@contextmanager
def _kept() -> Iterator[None]:
    """Return to the current network at the end."""
    before = os.open(HERE, os.O_RDONLY)
    try:
        yield
    finally:
        LIBC.setns(before, CLONE_NEWNET)
        os.close(before)
