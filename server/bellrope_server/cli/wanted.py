"""The options that narrow and limit a list."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer
from bellrope.v1.deliveries_pb2 import Attempt, Delivery, DeliveryFilter, GetEventRequest

from bellrope_server.cli.values import moment, one_of

if TYPE_CHECKING:
    from bellrope_server.cli.remote import Remote

STATES = Delivery.State.keys()[1:]
ERRORS = Attempt.Error.keys()[1:]
OUTCOMES = DeliveryFilter.AttemptOutcome.keys()[1:]


def in_their_case(choices: Sequence[str]) -> Callable[[str], list[str]]:
    """Return a completion of choices, in small letters if the user types small letters."""
    return lambda incomplete: [each.lower() if incomplete.islower() else each for each in choices]


Type = Annotated[str, typer.Option(metavar="TYPE", help="Only for events of this type.")]
From = Annotated[
    str | None, typer.Option("--from", metavar="TIME", help="Only for events accepted then or later.")
]
Until = Annotated[str | None, typer.Option(metavar="TIME", help="Only for events accepted before then.")]
State = Annotated[
    str,
    typer.Option(
        metavar="STATE", help="Only deliveries in this state.", autocompletion=in_their_case(STATES)
    ),
]
IdPrefix = Annotated[str, typer.Option(metavar="PREFIX", help="Only events whose id starts with this.")]
Unmatched = Annotated[bool, typer.Option("--unmatched", help="Only events that matched no trigger.")]
Trigger = Annotated[str, typer.Option(metavar="NAME", help="Only deliveries to this trigger.")]
To = Annotated[
    str, typer.Option(metavar="TRIGGER", help="For replay: send to this trigger, if theirs was deleted.")
]
Limit = Annotated[int, typer.Option(metavar="NUMBER", min=0, help="The most entries; 0 lists all.")]


@dataclass(kw_only=True)
class Wanted:
    """A filter of deliveries; the fields are options of each command that takes it."""

    event: Annotated[str, typer.Option(metavar="EVENT", help="Only deliveries of this event.")] = ""
    trigger: Trigger = ""
    state: State = ""
    type: Type = ""
    from_time: From = None
    until: Until = None
    error: Annotated[
        str,
        typer.Option(
            metavar="ERROR",
            help="Only deliveries whose last attempt failed this way, like TIMEOUT.",
            autocompletion=in_their_case(ERRORS),
        ),
    ] = ""
    error_text: Annotated[
        str,
        typer.Option(
            metavar="TEXT", help="Only deliveries whose last error, answer or reason contains this."
        ),
    ] = ""
    status_code: Annotated[
        int,
        typer.Option(
            metavar="CODE",
            help="Only deliveries whose last answer had this status, like 503.",
            show_default=False,
        ),
    ] = 0
    due_from: Annotated[
        str | None,
        typer.Option(
            metavar="TIME", help="Only deliveries that are due then or later, like 2026-01-31T09:30:00Z."
        ),
    ] = None
    due_until: Annotated[
        str | None, typer.Option(metavar="TIME", help="Only deliveries that are due before then.")
    ] = None

    attempt_since: Annotated[
        str | None, typer.Option(metavar="TIME", help="Only with an attempt that ended then or later.")
    ] = None
    attempt_until: Annotated[
        str | None, typer.Option(metavar="TIME", help="Only with an attempt that ended before then.")
    ] = None
    attempt_outcome: Annotated[
        str,
        typer.Option(
            metavar="|".join(OUTCOMES),
            help="Only with such an attempt within these two times.",
            autocompletion=in_their_case(OUTCOMES),
        ),
    ] = ""

    def filter(self) -> DeliveryFilter:
        """Return the filter as the server takes it."""
        return DeliveryFilter(
            event_id=self.event,
            trigger=self.trigger,
            state=one_of(STATES, self.state, flag="--state"),
            type=self.type,
            from_time=moment(self.from_time, flag="--from"),
            until_time=moment(self.until, flag="--until"),
            error=one_of(ERRORS, self.error, flag="--error"),
            error_text=self.error_text,
            status_code=self.status_code,
            due_from_time=moment(self.due_from, flag="--due-from"),
            due_until_time=moment(self.due_until, flag="--due-until"),
            attempt_from_time=moment(self.attempt_since, flag="--attempt-since"),
            attempt_until_time=moment(self.attempt_until, flag="--attempt-until"),
            attempt_outcome=one_of(OUTCOMES, self.attempt_outcome, flag="--attempt-outcome"),
        )

    def look_up(self, remote: "Remote") -> None:
        """Raise the server's error if the trigger or the event that the filter names does not exist.

        It is for an empty list only: deliveries of a deleted trigger are found by its name.
        """
        if self.trigger:
            look_up_trigger(remote, self.trigger)
        if self.event:
            remote.ask(
                remote.deliveries.GetEvent, GetEventRequest(project=remote.project, event_id=self.event)
            )


def look_up_trigger(remote: "Remote", name: str) -> None:
    """Raise the server's error if no trigger has this name."""
    from bellrope.v1.triggers_pb2 import GetTriggerRequest

    remote.ask(remote.triggers.GetTrigger, GetTriggerRequest(project=remote.project, trigger=name))
