"""Many calls through a proxy that loses answers: they leave exactly the events whose ids came back."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.clients.conformance.languages import WRONG, Language
from tests.clients.conformance.losing import losing
from tests.clients.conformance.runner import NoAnswer, running
from tests.clients.conformance.shown import shown
from tests.clients.conformance.stage import Stage

CALLERS = 64
CALLS = 5000
CUTS = 20
APART = 2 * CALLERS
"""How many answers at least come between two cuts, so that a call does not meet each of them."""

SECONDS = 600.0
NAMES = ("load/resets", "load/cuts")


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """What a load left: the callers' ids, those of the stored events, and how many answers were lost."""

    held: Sequence[str]
    stored: Sequence[str]
    lost: int

    @property
    def differences(self) -> list[str]:
        """Return what is not as it must be."""
        found = []
        if len(set(self.held)) != len(self.held):
            found.append(
                f"the callers have {len(self.held)} ids, but only {len(set(self.held))} different ones"
            )
        if sorted(self.held) != sorted(self.stored):
            more, fewer = set(self.stored) - set(self.held), set(self.held) - set(self.stored)
            found.append(f"{len(more)} events are stored that no caller knows, and {len(fewer)} are missing")
        if not self.lost:
            found.append("no answer was lost")
        return found


async def differences(name: str, language: Language, stage: Stage, folder: Path, *, calls: int) -> list[str]:
    """Run a load by its name, and return what is not as it must be."""
    try:
        left = await load(language, stage, folder, calls=calls, resets=name == "load/resets")
    except NoAnswer as error:
        return [str(error)]
    return left.differences


async def load(
    language: Language, stage: Stage, folder: Path, *, calls: int, resets: bool, callers: int = CALLERS
) -> Left:
    """Let callers make calls; the proxy resets every third stream, or cuts all connections 20 times.

    Raises NoAnswer if a call fails.
    """
    type, server = f"load-{uuid.uuid4().hex}", stage.server.grpc
    cut_every = 0 if resets else max(APART, calls // CUTS)
    async with (
        losing(server, resets=resets, cut_every=cut_every) as proxy,
        running(language, folder, language.environment({})) as runner,
    ):
        settings = {"server": f"127.0.0.1:{proxy.port}"}
        line = {"case": "load", "op": "load", "settings": settings, "type": type}
        await runner.tell(line | {"callers": callers, "count": calls})
        answer = await runner.answer("load", seconds=SECONDS)
    if "ok" not in answer:
        raise NoAnswer(f"it answered {shown(answer)}")
    stored = [event["id"] for event in await stage.stored("default", type)]
    return Left(held=answer["ok"]["ids"], stored=stored, lost=proxy.resets + proxy.cuts)


async def control(stage: Stage, folder: Path) -> Left:
    """Return what the runner leaves that takes a new id for each try: an event more for each lost answer.

    There is one caller. So no call loses two answers in a row, and none fails.
    """
    return await load(WRONG["new-id"], stage, folder, calls=30, resets=True, callers=1)
