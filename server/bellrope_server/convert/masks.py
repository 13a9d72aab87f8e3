"""Which fields an update names."""

from collections.abc import Iterable
from difflib import get_close_matches

from bellrope_server.errors import InvalidField

LONGEST = 64  # characters of a path that is compared with the known ones


def check(paths: Iterable[str], known: Iterable[str]) -> None:
    """Raise InvalidField unless all paths are known. A wrong path is not shown: it may be a secret."""
    known = list(known)
    wrong = next((path for path in paths if path not in known), None)
    if wrong is None:
        return
    near = get_close_matches(wrong, known, n=1) if len(wrong) <= LONGEST else []
    help = f"did you mean `{near[0]}`?" if near else f"it may have {', '.join(f'`{path}`' for path in known)}"
    raise InvalidField(f"has a path that cannot be changed; {help}", field="update_mask")
