"""`bellrope queue-batch` and `bellrope queue-stream`: a file of events, one JSON object on each line."""

import sys
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Annotated, Any

import grpc
import typer
from bellrope.v1.eventing_pb2 import QueueBatchRequest, QueueStreamRequest
from google.rpc.error_details_pb2 import ErrorInfo

from bellrope_server.cli import failures, output
from bellrope_server.cli.event_lines import Line, lines, opened
from bellrope_server.cli.progress import Progress
from bellrope_server.cli.remote import Remote, remotely

MOST_EVENTS, MOST_BYTES = 1000, 8 * 1024 * 1024
PATIENCE = 60.0  # seconds for one batch

File = Annotated[
    str, typer.Argument(metavar="FILE", help="Events as JSON, one on each line; `-` is standard input.")
]
Ids = Annotated[
    str,
    typer.Option(
        metavar="PREFIX",
        help="Give events without an id PREFIX and their line number; you can then send the file again.",
    ),
]


@remotely
def queue_batch(remote: Remote, file: File, ids: Ids = "") -> None:
    """Queue a file of events, up to 1,000 in one commit: all of them, or none.

    Each line is an object with `type`, and optionally `data`, `id`, `scheduleTime` ("2026-01-31T09:30:00Z"),
    `delay` ("60s"), `expireTime` and `options`. More than 1,000 lines (or 8 MiB) take several commits, one
    after the other. The command stops at the first line that is refused, and says what it stored before.
    """
    tally = Tally(remote)
    with opened(file) as opened_file, tally.total_if_stopped(), Progress(file) as progress:
        for group in groups(lines(opened_file, ids=ids)):
            tally.count(_store(remote, group, tally))
            progress.advance(events=len(group), bytes=sum(line.length for line in group))
    tally.say()


def groups(given: Iterable[Line]) -> Iterator[list[Line]]:
    """Yield the lines in groups that fit into one commit."""
    group: list[Line] = []
    length = 0
    for line in given:
        if group and (len(group) == MOST_EVENTS or length + line.length > MOST_BYTES):
            yield group
            group, length = [], 0
        group.append(line)
        length += line.length
    if group:
        yield group


def _store(remote: Remote, group: list[Line], tally: "Tally") -> Iterable[Any]:
    """Store a group in one commit and return the answers; exit if one of its lines is refused."""
    for line in group:
        if line.event is None:
            failures.fail(f"line {line.number}: {line.fault}{tally.before(group)}")
    request = QueueBatchRequest(project=remote.project, events=[line.event for line in group if line.event])
    try:
        answers: Iterable[Any] = remote.ask(remote.eventing.QueueBatch, request, timeout=PATIENCE).results
    except grpc.RpcError as error:
        if failures.unreached(error):
            raise
        index = failures.detail(error, ErrorInfo).metadata.get("index")
        where = f"line {group[int(index)].number}" if index else f"from line {group[0].number}"
        why = f"{where}: {failures.sentence(error)}{tally.before(group)}"
        failures.fail(why, code=failures.exit_code(error))
    return answers


@remotely
def queue_stream(remote: Remote, file: File, ids: Ids = "") -> None:
    """Queue a file of events as they come.

    Each line is as in `queue-batch`. The command reports each line that is refused and continues; the exit
    code is then 1. If the stream breaks, the exit code is 3, and the command says from which line to send
    again. That is safe for lines with an id.
    """
    tally = Tally(remote)
    with opened(file) as opened_file, tally.total_if_stopped(), Progress(file) as progress:
        _Stream(remote, tally, progress).run(lines(opened_file, ids=ids))
    tally.say()
    if tally.refused:
        raise typer.Exit(failures.REFUSED)


class _Stream:
    """One stream, with the lines that were sent and not answered yet."""

    def __init__(self, remote: Remote, tally: "Tally", progress: Progress) -> None:
        self._remote, self._tally, self._progress = remote, tally, progress
        self._sent: deque[Line] = deque()

    def run(self, given: Iterator[Line]) -> None:
        """Send the lines and read the answers until both end."""
        answers = self._remote.eventing.QueueStream(self._requests(given), metadata=self._remote.metadata)
        try:
            for answer in answers:
                self._settle(answer.results)
        except grpc.RpcError as error:
            if failures.unreached(error) and not self._tally.stored:
                raise
            self._tally.say()
            since = f"; send again from line {self._sent[0].number}" if self._sent else ""
            failures.fail(failures.sentence(error) + since, code=failures.exit_code(error))

    def _requests(self, given: Iterator[Line]) -> Iterator[QueueStreamRequest]:
        for line in given:
            if line.event is None:
                self._tally.refuse(line, line.fault)
                continue
            line.event.project = self._remote.project
            self._sent.append(line)
            yield QueueStreamRequest(event=line.event)

    def _settle(self, results: Any) -> None:
        for result in results:
            line = self._sent.popleft()
            self._progress.advance(events=1, bytes=line.length)
            if result.HasField("accepted"):
                self._tally.count([result.accepted])
            else:
                self._tally.refuse(line, _sentence(result.error))


def _sentence(status: Any) -> str:
    info = ErrorInfo()
    any(packed.Unpack(info) for packed in status.details)
    return f"{status.message.rstrip('.')} ({info.reason})"


class Tally:
    """How many events were stored, accepted before, and refused."""

    def __init__(self, remote: Remote) -> None:
        self._remote = remote
        self.stored = self.again = self.refused = 0

    def count(self, answers: Iterable[Any]) -> None:
        """Count accepted events; with --json, print each answer."""
        for answer in answers:
            self.stored += not answer.duplicate
            self.again += answer.duplicate
            if self._remote.json:
                output.print_json([answer])

    def refuse(self, line: Line, why: str) -> None:
        """Count a refused line, and print why it was refused."""
        self.refused += 1
        print(f"bellrope: line {line.number}: {why}", file=sys.stderr)

    def before(self, group: list[Line]) -> str:
        """Return what is stored if a group is refused."""
        if group[0].number == 1:
            return "; nothing was stored"
        return f"; the lines before line {group[0].number} are stored, the others are not"

    def say(self) -> None:
        """Print the totals."""
        self._remote.say(self._sum())

    def _sum(self) -> str:
        refused = f", {self.refused:,} refused" if self.refused else ""
        again = f", {self.again:,} accepted before" if self.again else ""
        return f"{self.stored:,} stored{again}{refused}"

    @contextmanager
    def total_if_stopped(self) -> Iterator[None]:
        """On Ctrl-C, print how far it came. What was being sent then may be stored too."""
        try:
            yield
        except KeyboardInterrupt:
            unknown = "more may have been stored: lines with an id are safe to send again"
            print(f"bellrope: stopped; {self._sum()}; {unknown}", file=sys.stderr)
            raise
