"""How much processor time slow filters get from the writing thread: those of a project, and of all projects.

A project's filters get a quarter of the thread, and all projects' together half. Some time is saved for
filters that are slow only now and then. Ordinary filters cost nothing.
"""

from bellrope_server.model import Micros

FREE: Micros = 100  # an evaluation up to this costs nothing: an ordinary one takes 5 to 50
PROJECT, PROJECT_SAVED = 4, 50_000  # a quarter of the thread; the most that is saved
ALL, ALL_SAVED = 2, 100_000
MOST_PROJECTS = 20_000


class FilterTime:
    """What was spent is known by the time at which it will be earned again."""

    def __init__(self) -> None:
        self._all: Micros = 0
        self._projects: dict[int, Micros] = {}

    def left(self, project_id: int, now: Micros) -> Micros:
        """Return what the project's filters may spend now: under 0 if one took more than there was."""
        earned = self._projects.get(project_id, 0)
        if earned <= now >= self._all:
            return PROJECT_SAVED
        project = PROJECT_SAVED - max(0, earned - now) // PROJECT
        return min(project, ALL_SAVED - max(0, self._all - now) // ALL)

    def spend(self, project_id: int, took: Micros, now: Micros) -> None:
        """Note that an evaluation took so long."""
        if len(self._projects) >= MOST_PROJECTS:
            self._projects.clear()
        self._projects[project_id] = max(now, self._projects.get(project_id, 0)) + PROJECT * took
        self._all = max(now, self._all) + ALL * took
