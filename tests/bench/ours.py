"""What is measured: `bellrope serve`, durable, signing, with its default caps and limits."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import grpc
from bellrope.v1.triggers_pb2 import CreateTriggerRequest, Trigger
from bellrope.v1.triggers_pb2_grpc import TriggersStub

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"  # the one of the Standard Webhooks specification


@contextmanager
def bellrope(ports: list[int], *, core: int) -> Iterator[tuple[int, str]]:
    """Run a server on one core with a trigger for each port; give its HTTP port and gRPC address."""
    with tempfile.TemporaryDirectory(prefix="bellrope-bench-") as folder:
        command = [
            sys.executable,
            "-m",
            "bellrope_server",
            "serve",
            f"--database=sqlite:///{folder}/bench.db",
        ]
        command += ["--http=127.0.0.1:0", "--grpc=127.0.0.1:0"]
        with Path(folder, "log").open("wb") as log:
            child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True)
        if (os.cpu_count() or 1) > 1:
            for task in Path(f"/proc/{child.pid}/task").iterdir():
                os.sched_setaffinity(int(task.name), {core})
        assert child.stdout
        words = dict(word.split("=") for word in child.stdout.readline().split() if "=" in word)
        try:
            _save_triggers(words["grpc"], ports)
            yield int(words["http"].rpartition(":")[2]), words["grpc"]
        finally:
            child.terminate()
            child.communicate()


def _save_triggers(address: str, ports: list[int]) -> None:
    with grpc.insecure_channel(address) as channel:
        for number, port in enumerate(ports):
            url = f"http://127.0.0.1:{port}/hook"
            trigger = Trigger(name=f"bench-{number}", type=f"bench-{number}", url=url, secrets=[SECRET])
            TriggersStub(channel).CreateTrigger(CreateTriggerRequest(project="default", trigger=trigger))
