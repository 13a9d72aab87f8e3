"""/docs shows each call as curl and as Python: they run as they are shown, whatever is in them."""

import asyncio
import contextlib
import io
import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Iterable
from pathlib import Path
from urllib.error import HTTPError

import pytest
from bellrope import BellropeError
from chromium import Tab
from kit import Server, environment, get, lent, until
from receiver import Receiver, answer

pytestmark = pytest.mark.xdist_group("chromium")

KEY = "a-key-of-more-than-16-characters"
MAKE = """createProject spaceCloudSaveProject spaceCloudSaveProjectById createTrigger
    updateTrigger spaceCloudSaveTrigger spaceCloudSaveTriggerById updateEventType
    spaceCloudSaveSchema spaceCloudSaveSchemaById queue queueBatch queueStream
    triggerSync spaceCloudQueue spaceCloudQueueBatch sendCloudEvent startBulkAction"""
CHANGE = """pauseTrigger replayDelivery replayEvent
    rescheduleDelivery cancelDelivery cancelEvent
    cancelBulkAction resumeTrigger updateProject pauseProject
    resumeProject spaceCloudSaveEventing spaceCloudDeleteEventing"""
END = """deleteEventType spaceCloudDeleteSchema spaceCloudDeleteSchemaById deleteTrigger
    spaceCloudDeleteTrigger spaceCloudDeleteTriggerById deleteProject spaceCloudDeleteProject
    spaceCloudDeleteProjectById"""
PATIENT = {"tail", "watchBulkAction"}  # their examples take five seconds


class Examples:
    """What the page of a server shows for its calls."""

    def __init__(self, page: Tab, server: Server) -> None:
        self.page = page
        self.server = server

    async def open(self) -> None:
        """Reload the page, and set the server's gRPC address in it."""
        await self.page.go("about:blank", until="true")
        await self.page.go(f"{self.server.http}/docs", until="document.querySelector('article')")
        await self.fill("#grpc", self.server.grpc)

    async def fill(self, place: str, value: str) -> None:
        """Type into a field."""
        field = f"document.querySelector({json.dumps(place)})"
        await self.page.ask(f"{field}.value = {json.dumps(value)}")
        await self.page.ask(f"{field}.dispatchEvent(new Event('input', {{bubbles: true}})) && null")

    async def type(self, name: str, parameter: str, value: str) -> None:
        """Type into the field of a parameter."""
        labels = f"[...document.querySelectorAll('#{name} form label')]"
        starts = f"each.textContent.startsWith({json.dumps(parameter)})"
        await self.page.ask(f"{labels}.find((each) => {starts}).querySelector('input').id = 'typed'; null")
        await self.fill("#typed", value)
        await self.page.ask("document.querySelector('#typed').removeAttribute('id')")

    async def shown(self, name: str) -> tuple[str, str]:
        """Unfold an operation and return its curl and its Python, when each field that it needs is filled."""
        details = f"document.querySelector('#{name} > details')"
        await self.page.ask(f"{details}.unfold(); {details}.open = true; null")
        await self.page.see(f"[...{details}.querySelectorAll('input:required')].every((each) => each.value)")
        return await self.texts(name)

    async def texts(self, name: str) -> tuple[str, str]:
        """Return the curl and the Python of an operation that is unfolded."""
        texts = f"[...document.querySelectorAll('#{name} .code pre')].map((each) => each.textContent)"
        curl, python = await self.page.ask(texts)
        return curl, python

    async def send(self, name: str) -> str:
        """Press Send, and return the answer."""
        out = f"document.querySelector('#{name} pre[role=status]').textContent"
        await self.page.ask(f"document.querySelector('#{name} form').requestSubmit()")
        await self.page.see(f"/^[1-5][0-9][0-9] .*[^]*\\S\\s*$/.test({out}) && {out}.length > 10")
        found: str = await self.page.ask(out)
        return found

    async def names(self) -> list[str]:
        """Return the names of all operations."""
        found: list[str] = await self.page.ask(
            "[...document.querySelectorAll('article')].map((each) => each.id)"
        )
        return found


def run_curl(commands: Iterable[str], folder: Path) -> list[str]:
    """Run commands in one shell, and return the status and the answer of each."""
    script = "".join(
        each.replace("curl ", "curl -s -w '\\n%{http_code}\\n' ", 1) + "; echo '#end'\n" for each in commands
    )
    done = subprocess.run(["sh", "-c", script], cwd=folder, capture_output=True, text=True, timeout=60)
    assert done.stderr == ""
    found = []
    for each in done.stdout.split("#end\n")[:-1]:
        said, _, status = each.rstrip("\n").rpartition("\n")
        found.append(f"{status} {said}")
    return found


def run_python(programs: Iterable[str]) -> list[str]:
    """Run programs, and return what each printed."""
    found = []
    for each in programs:
        with contextlib.redirect_stdout(io.StringIO()) as out:
            exec(compile(each, "<example>", "exec"), {})
        found.append(out.getvalue())
    return found


@pytest.fixture
async def shown(page: Tab, tmp_path: Path) -> AsyncIterator[Examples]:
    """The page of a new server."""
    with lent(tmp_path) as server:
        examples = Examples(page, server)
        await examples.open()
        yield examples


@pytest.mark.parametrize("language", [0, 1], ids=["curl", "python"])
async def test_every_example_runs_as_it_is_shown(
    language: int, shown: Examples, page: Tab, tmp_path: Path
) -> None:
    """The curl and the Python of every operation run as they are shown, one after the other, and succeed."""
    left = set(await shown.names())
    stages = [each.split() for each in (MAKE, CHANGE, END)]
    stages.insert(1, sorted(left - {name for stage in stages for name in stage}))
    async with Receiver(answer(200, b'{"fine": true}')) as receiver:
        for stage in stages:
            texts = []
            for name in stage:
                texts.append(await prepared(shown, name, receiver.url, language))
            await asyncio.to_thread(run, language, stage, texts, tmp_path)
            left -= set(stage)
            if stage is stages[0]:
                await finished(shown)
                await shown.send("startBulkAction")  # the page knows the ids of its own answers
    assert left == set()
    assert page.complaints == []


async def prepared(shown: Examples, name: str, url: str, language: int) -> str:
    """Return the example of an operation, with a webhook that answers, and not patient for long."""
    texts = await shown.shown(name)
    if "http://127.0.0.1:8080/hook" in texts[0]:
        body = await shown.page.ask(f"document.querySelector('#{name} textarea').value")
        await shown.fill(f"#{name} textarea", body.replace("http://127.0.0.1:8080/hook", url))
    if name in PATIENT:
        await shown.type(name, "timeout", "300ms")
    return (await shown.texts(name))[language]


def run(language: int, names: list[str], texts: list[str], folder: Path) -> None:
    """Run the examples of some operations; each succeeds."""
    if language == 0:
        for name, said in zip(names, run_curl(texts, folder), strict=True):
            assert said.startswith("200 "), f"{name}: {said}"
        return
    for name, text in zip(names, texts, strict=True):
        try:
            run_python([text])
        except Exception as error:
            raise AssertionError(f"{name}: {error!r}\n{text}") from error


async def finished(shown: Examples) -> None:
    """Wait until every delivery has ended."""
    url = f"{shown.server.http}/v1/projects/default/deliveries?pageSize=1000"
    ended = {"SUCCEEDED", "CANCELLED"}
    await until(lambda: {each["state"] for each in get(url)[1]["deliveries"]} <= ended)


TYPED = [
    """{"a": "it's", "b": "''"}""",
    r'"$(touch owned) `touch owned` $HOME ${HOME} !! \\ \\n"',
    r'"\n \\ \" \u0000 \ud83d\ude00 / \/ \u2028"',
    '"Zoë 🔔  "',
    "[18446744073709551616, -0, 0.10, 1e5, 12345678901234567890.5, true, false, null]",
    r""" "'''\"\"\"' \\" """,
    '{\n\t"deep": {"": [], "x": {}},\n  "long": ["' + "word " * 40 + '"]\n}',
    '"@owned --data %s %(a)s {} {{0}} f\\"x\\""',
    '"ends with a quote\'"',
    "null",
]


@pytest.mark.parametrize("language", [0, 1], ids=["curl", "python"])
@pytest.mark.parametrize("name", ["queue", "spaceCloudQueue"])
async def test_what_is_typed_is_what_is_sent(
    language: int, name: str, shown: Examples, tmp_path: Path
) -> None:
    """Whatever data is typed, quotes and all: the examples send it, and the shell runs no part of it."""
    await shown.shown(name)
    texts = []
    for number, data in enumerate(TYPED):
        await shown.fill(f"#{name} textarea", f'{{"type": "typed", "id": "typed-{number}", "data": {data}}}')
        texts.append((await shown.texts(name))[language])
    await asyncio.to_thread(run, language, [name] * len(texts), texts, tmp_path)
    kept = [
        get(f"{shown.server.http}/v1/projects/default/events/typed-{n}")[1]["data"] for n in range(len(TYPED))
    ]
    assert kept == [json.loads(data) for data in TYPED]
    assert not (tmp_path / "owned").exists()


@pytest.mark.parametrize(
    "typed", ["'; touch owned; '", '"); import os; os.mkdir("owned") #', "a b/c?d=#%&é\\"]
)
async def test_a_name_is_only_ever_a_name(typed: str, shown: Examples, tmp_path: Path) -> None:
    """Whatever is typed as a name becomes a part of the path, and the server refuses it."""
    await shown.shown("getEvent")
    await shown.type("getEvent", "eventId", typed)
    curl, python = await shown.texts("getEvent")
    (said,) = await asyncio.to_thread(run_curl, [curl], tmp_path)
    assert said[:3] in ("400", "404")
    with pytest.raises(BellropeError):
        await asyncio.to_thread(run_python, [python])
    assert "owned" not in os.listdir(tmp_path) + os.listdir()


async def test_a_field_that_the_client_lacks_is_sent_over_http(shown: Examples) -> None:
    """Python uses the client where it can, and HTTP for a field that it lacks or a body that is no JSON."""
    name = "queue"
    assert "client.queue(" in (await shown.shown(name))[1]
    event = '{"type": "typed", "id": "ce", "cloudEvent": {"id": "1", "source": "/docs"}}'
    for body, reached in ((event, 200), ('{"type": ', 400)):
        await shown.fill(f"#{name} textarea", body)
        _, python = await shown.texts(name)
        assert "urlopen(" in python
        if reached == 200:
            assert json.loads((await asyncio.to_thread(run_python, [python]))[0])["eventId"] == "ce"
        else:
            with pytest.raises(HTTPError, match="400"):
                await asyncio.to_thread(run_python, [python])


@pytest.mark.parametrize("kind", ["application/cloudevents-batch+json", "application/json"])
async def test_each_mode_of_cloudevents_has_its_example(kind: str, shown: Examples, tmp_path: Path) -> None:
    """With another content type the example is another: a batch, or headers with the data alone."""
    name = "sendCloudEvent"
    await shown.shown(name)
    await shown.fill(f"#{name} form label select", kind)
    curl, python = await shown.texts(name)
    assert ("ce-source: /docs" in curl) == (kind == "application/json")
    assert f"Content-Type: {kind}" in curl
    assert (await asyncio.to_thread(run_curl, [curl], tmp_path))[0].startswith("200 ")
    assert '"duplicate":true' in (await asyncio.to_thread(run_python, [python]))[0]


@pytest.mark.parametrize("name", ["createTrigger", "createProject", "queueBatch"])
async def test_pressing_send_twice_makes_two(name: str, shown: Examples) -> None:
    """What an example makes has a new name each time, so a second press does not collide."""
    curl, _ = await shown.shown(name)
    answers = [await shown.send(name) for _ in range(3)]
    assert [each[:6] for each in answers] == ["200 OK"] * 3
    assert len(set(answers)) == 3
    assert (await shown.texts(name))[0] != curl


async def test_the_key_is_in_no_example(page: Tab, tmp_path: Path) -> None:
    """With a key, the examples take it from the environment, and it is neither shown nor kept."""
    with lent(tmp_path, BELLROPE_ADMIN_KEY=KEY) as server:
        await page.go(f"{server.http}/docs", until="document.body.innerText.includes('needs a key')")
        await page.ask(f"document.querySelector('#key').value = {json.dumps(KEY)}")
        await page.ask("document.querySelector('#entry').requestSubmit()")
        await page.see("document.querySelector('article')")
        examples = Examples(page, server)
        await examples.fill("#grpc", server.grpc)
        texts = [await examples.shown(name) for name in ("listProjects", "spaceCloudListProjects")]
        assert KEY not in str(texts)
        env = environment(BELLROPE_ADMIN_KEY=KEY)
        for curl, python in texts:
            for command in (["sh", "-c", f"{curl} -s"], [sys.executable, "-c", python]):
                done = await asyncio.to_thread(subprocess.run, command, env=env, capture_output=True)
                assert (done.returncode, b"reason" in done.stdout) == (0, False), done
        kept = "JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie])"
        assert await page.ask(kept) == '[{},{},""]'


async def test_an_example_is_copied_as_it_is_shown(shown: Examples) -> None:
    """The button copies the whole example."""
    curl, _ = await shown.shown("queue")
    await shown.page.ask(
        "navigator.clipboard.writeText = (text) => { window.copied = text; return Promise.resolve(); }; null"
    )
    await shown.page.ask("document.querySelector('#queue .code button').click()")
    await shown.page.see("window.copied")
    assert await shown.page.ask("window.copied") == curl


async def test_the_project_is_set_once_for_all_examples(shown: Examples) -> None:
    """Another project in the settings is that of each example, and of the Python client."""
    await shown.fill("#project", "acme")
    for name in ("queue", "getTrigger", "sendCloudEvent"):
        curl, python = await shown.shown(name)
        assert "/acme/" in curl
        assert "acme" in python
    assert "/acme" not in (await shown.shown("deleteProject"))[0]
