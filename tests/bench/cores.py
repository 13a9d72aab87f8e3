"""Which process runs on which core."""

import os
from pathlib import Path

MEASURED_CORE, OTHER_CORE = 0, 1


def pin(core: int, pid: int = 0) -> None:
    """Keep a process with all its threads on one core, if the machine has two; 0 is this process."""
    if (os.cpu_count() or 1) > 1:
        for task in Path(f"/proc/{pid or 'self'}/task").iterdir():
            os.sched_setaffinity(int(task.name), {core})
