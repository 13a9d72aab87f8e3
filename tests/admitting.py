"""Admission control as an open server has it, for parts that are tested without a server."""

from math import inf

from bellrope_server.admission.access import Access
from bellrope_server.admission.admission import Admission
from bellrope_server.admission.answers import Answers
from bellrope_server.admission.bodies import Bodies
from bellrope_server.admission.limits import Limits
from bellrope_server.clock import Clock
from usual import usual_limits


def admission(
    *, key: str | None = None, limits: Limits | None = None, bodies: Bodies | None = None
) -> Admission:
    """Return an `Admission` with this key and these limits, in front of a store that always has room."""
    return Admission(
        Access(key),
        limits=limits or usual_limits(),
        bodies=bodies or Bodies(inf),
        answers=Answers(inf),
        check=lambda: None,
        clock=Clock(),
    )
