"""What a disk holds after a power cut, computed from the system calls before it."""

import random
from dataclasses import dataclass, field
from pathlib import Path

from faults.strace import Call


@dataclass
class _File:
    durable: bytearray = field(default_factory=bytearray)
    pending: list[Call] = field(default_factory=list)
    """What was written since the last sync, in order."""
    named: bool = False
    """True once the folder with the file's name in it was synced."""


class Disk:
    """The files of one folder, and which parts of them are certain to be on the disk."""

    def __init__(self, folder: Path) -> None:
        self._folder = str(folder)
        self._files: dict[str, _File] = {}

    def see(self, call: Call) -> None:
        """Take in the next call; a call outside the folder changes nothing."""
        if call.result < 0 or not call.target.startswith(self._folder):
            return
        if call.name == "openat" and "O_CREAT" in call.arguments:
            self._files.setdefault(call.target, _File())
        elif call.name == "unlink":
            self._files.pop(call.target, None)
        elif call.target == self._folder and call.syncs:
            for file in self._files.values():
                file.named = True
        elif call.target in self._files:
            _change(self._files[call.target], call)

    def after_a_power_cut(self, folder: Path, *, luck: random.Random | None = None) -> None:
        """Write the files as a power cut leaves them; with `luck`, half of the unsynced data is there too."""
        for path, file in self._files.items():
            content = bytearray(file.durable)
            for call in file.pending if luck else ():
                if luck and luck.random() < 0.5:
                    _write(content, call)
            if file.named:
                (folder / Path(path).name).write_bytes(content)


def _change(file: _File, call: Call) -> None:
    if call.name in ("pwrite64", "ftruncate"):
        file.pending.append(call)
    elif call.syncs:
        for written in file.pending:
            if written.end < call.begin:
                _write(file.durable, written)
        file.pending = [written for written in file.pending if written.end >= call.begin]


def _write(content: bytearray, call: Call) -> None:
    """Change the content as a call changed the file."""
    place = int(call.arguments.rpartition(", ")[2])
    if call.name == "ftruncate":
        del content[place:]
        content.extend(bytes(place - len(content)))
        return
    content.extend(bytes(max(0, place - len(content))))
    content[place : place + call.result] = call.data[: call.result]
