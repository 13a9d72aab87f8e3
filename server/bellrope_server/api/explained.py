"""Why a kept event matches the triggers of its project, or not: the answer to ExplainEvent."""

from bellrope.v1.deliveries_pb2 import TriggerMatch

from bellrope_server.api.obstacles import Said, matches, obstacles
from bellrope_server.model import Event
from bellrope_server.process.judge import Judge
from bellrope_server.rules.filters import options_match
from bellrope_server.store.intake.matching import subject
from bellrope_server.store.log.event_triggers import EventTrigger
from bellrope_server.store.walks.pages import Listed, listed


async def explained(event: Event, found: Listed[EventTrigger], judge: Judge) -> Listed[TriggerMatch]:
    """Return what each trigger makes of the event, until the time for their filters is over."""
    filtered = [each for each in found if each.fits and each.filter]
    about = subject(event, event_id=event.event_id, now=event.accept_time)
    said = await judge.tried([each.filter for each in filtered], about, project=event.project)
    if len(said) < len(filtered):
        end = found.index(filtered[len(said)])
        found = listed(found[:end], found[end - 1].place)
    answers = {each.name: answer for each, answer in zip(filtered, said, strict=False)}
    return found.of(lambda each: _match(each, event, answers.get(each.name, True)))


def _match(each: EventTrigger, event: Event, said: Said) -> TriggerMatch:
    found = list(
        obstacles(
            type_fits=each.fits,
            options_fit=options_match(each.options, event.options),
            filter=said,
            waits=each.waits,
        )
    )
    return TriggerMatch(
        trigger=each.name,
        matches=matches(found),
        obstacles=found,
        filter_error=said if isinstance(said, str) else "",
        delivery_id=each.delivery_id,
    )
