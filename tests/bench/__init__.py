"""`make bench`: how fast bellrope is, each figure beside a denominator that was measured in the same run."""
