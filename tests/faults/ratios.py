"""What a rate keeps of another that was measured just before, on a machine that does other things, too."""

import os
from collections.abc import Sequence
from statistics import median

FULL = os.environ.get("BELLROPE_FULL") == "1"


def kept(pairs: Sequence[Sequence[float]]) -> float:
    """Return the ratio of the second of each pair to the first: the usual one, in the long form.

    In the short form it is the second best: what is really lost is lost in every pair, what the machine
    does meanwhile only in some.
    """
    ratios = sorted((after / before for before, after in pairs), reverse=True)
    return median(ratios) if FULL else ratios[1]
