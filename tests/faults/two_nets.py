"""Two networks and two cables between them; a cut cable swallows every packet (Linux, as root)."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

from faults.own_net import inside, new_net

NOBODY = "02:00:00:00:00:99"


class Cable:
    """A pair of interfaces with one name, `near` in this network and `far` in the other."""

    def __init__(self, name: str, *, subnet: str, other: int, holder: int) -> None:
        """`subnet` is its first three numbers, `other` the other network, `holder` a process in it."""
        self.near, self.far = f"{subnet}.1", f"{subnet}.2"
        self._name, self._other = name, other
        _ip(f"link add {name} type veth peer name {name} netns {holder}")
        self._up(self.near)
        with inside(other):
            self._up(self.far)
        self.heal()

    def cut(self) -> None:
        """Drop every packet from now on, in both directions, without an error."""
        self._address_to(NOBODY, NOBODY)

    def heal(self) -> None:
        """Let packets through again."""
        with inside(self._other):
            far = self._hardware()
        self._address_to(far, self._hardware())

    def _up(self, address: str) -> None:
        _ip(f"address add {address}/24 dev {self._name}")
        _ip(f"link set {self._name} up")

    def _hardware(self) -> str:
        return _ip(f"-brief link show {self._name}").split()[2]

    def _address_to(self, far: str, near: str) -> None:
        """Send this side's packets to one hardware address, and the other's to another."""
        _ip(f"neigh replace {self.far} lladdr {far} dev {self._name} nud permanent")
        with inside(self._other):
            _ip(f"neigh replace {self.near} lladdr {near} dev {self._name} nud permanent")


class Nets:
    """The network in which the test already is, and another one."""

    def __init__(self, other: int, holder: int) -> None:
        """`holder` is a process in the other network."""
        self.other = other
        self.straight = Cable("straight", subnet="198.18.0", other=other, holder=holder)
        self.weak = Cable("weak", subnet="198.18.1", other=other, holder=holder)


@contextmanager
def two_nets() -> Iterator[Nets]:
    """Move this thread, and what it starts, into a network of its own; raise OSError if it may not."""
    with new_net():
        _ip("link set lo up")
        with new_net() as made:
            _ip("link set lo up")
            other = os.dup(made)
            holder = subprocess.Popen(["sleep", "infinity"])
        try:
            yield Nets(other, holder.pid)
        finally:
            holder.kill()
            holder.wait()
            os.close(other)


def _ip(arguments: str) -> str:
    return subprocess.run(["ip", *arguments.split()], check=True, capture_output=True, text=True).stdout
