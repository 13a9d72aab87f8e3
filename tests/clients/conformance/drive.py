"""Runs cases with one language's runner, and says where what happened differs from what was expected."""

import asyncio
import base64
import contextlib
import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp

from tests.clients.conformance.cases import Case
from tests.clients.conformance.languages import Language
from tests.clients.conformance.matching import Names, differences, filled
from tests.clients.conformance.runner import NoAnswer, Runner, running
from tests.clients.conformance.shown import shown
from tests.clients.conformance.signed import request_of
from tests.clients.conformance.stage import Stage
from tests.clients.conformance.wire import wire

HALF_MEBIBYTE = 512 * 1024
ARRIVES = 20.0  # seconds that a webhook's request may take on a busy machine
WARMS = 60.0  # seconds that a runtime's first call may take there


def levels(number: int) -> dict[str, Any]:
    """Return a value of lists in lists."""
    return {"list": [levels(number - 1)] if number > 1 else []}


LARGE = {
    "half_mebibyte": "x" * HALF_MEBIBYTE,
    "over_a_mebibyte": "x" * 3 * HALF_MEBIBYTE,
    "levels_64": levels(64),
    "levels_65": levels(65),
    "brackets": "[" * 100_000,
}
"""Names of what is too long to write in a case."""


class Driver:
    """The runner of a language, with the stage that it acts on. It starts another runner if one has ended."""

    def __init__(self, language: Language, stage: Stage, folder: Path) -> None:
        """`folder` gets what the runners say on standard error."""
        self._language = language
        self._stage = stage
        self._folder = folder
        self._kept = AsyncExitStack()
        self._runner: Runner | None = None

    async def run(self, case: Case) -> list[str]:
        """Run a case, for each HTTP stack if it says so; return the differences, none if it passes."""
        try:
            async with self._runner_of(case) as runner:
                stacks = await self._stacks(case, runner)
                return [each for stack in stacks for each in await self._once(case, runner, stack)]
        except NoAnswer as error:
            await self.close()
            return [str(error)]

    async def close(self) -> None:
        """End the runner."""
        self._runner = None
        await self._kept.aclose()

    @asynccontextmanager
    async def _runner_of(self, case: Case) -> AsyncIterator[Runner]:
        """Give the runner that all cases share, or one of the case's own if it needs its own environment."""
        variables = case.body.get("env")
        if variables is not None:
            given = self._language.environment(filled(variables, self._addresses()))
            async with running(self._language, self._folder, given) as runner:
                yield runner
                return
        if self._runner is None:
            given = self._language.environment({})
            self._runner = await self._kept.enter_async_context(running(self._language, self._folder, given))
            await self._warm(self._runner)
        yield self._runner

    async def _warm(self, runner: Runner) -> None:
        """Have the runner send an event twice: no case is about how long a runtime takes to load code."""
        self._stage.proxy.begin([{"refuse": True}], lambda _count: None)
        event = {"type": "warm-up", "data": {"null": None}}
        line = {"case": "warm-up", "op": "queue", "settings": {"server": "$proxy"}, "event": event}
        await runner.tell(filled(line, self._addresses()) | {"timeout_ms": int(WARMS * 1000)})
        await runner.answer("warm-up", seconds=WARMS)

    async def _stacks(self, case: Case, runner: Runner) -> list[str]:
        if not case.body.get("each_stack"):
            return [""]
        await runner.tell({"case": case.name, "op": "stacks", "settings": {}})
        answer = await runner.answer(case.name, seconds=case.seconds)
        stacks: list[str] = answer.get("ok") or []
        if not stacks:
            raise NoAnswer(f"it has no HTTP stack: {shown(answer)}")
        return stacks

    async def _once(self, case: Case, runner: Runner, stack: str) -> list[str]:
        async with AsyncExitStack() as stack_of_case:
            run = await self._begun(case, stack, stack_of_case)
            found = [each async for each in run.steps(runner)]
            found += [each async for each in run.checks()] if not found else []
            return [f"{stack}: {each}" if stack else each for each in found]

    async def _begun(self, case: Case, stack: str, kept: AsyncExitStack) -> "CaseRun":
        """Prepare what a case needs, and return its run."""
        stage, unique = self._stage, f"t{uuid.uuid4().hex[:12]}"
        names = (
            self._addresses() | {"unique": unique, "project": "default"} | ({"stack": stack} if stack else {})
        )
        names["hook"] = stage.webhook.begin(unique, case.body.get("webhook", []))
        names |= LARGE
        line = await kept.enter_async_context(wire(stage.proxy.port, **case.body.get("wire", {"refuse": 0})))
        names["wire"] = f"127.0.0.1:{line.port}"
        if case.body.get("project"):
            names["project"] = unique
            await stage.create_project(unique)
        for trigger in case.body.get("triggers", []):
            await stage.create_trigger(names["project"], trigger_of(trigger, names))
        stage.proxy.begin(filled(case.body.get("proxy", []), names), line.gone)
        return CaseRun(case, stage, names)

    def _addresses(self) -> Names:
        stage = self._stage
        return {
            "proxy": f"127.0.0.1:{stage.proxy.port}",
            "port": str(stage.proxy.port),
            "tls_port": str(stage.proxy.tls_port),
            "ca": str(stage.ca),
            "server": stage.server.grpc,
        }


def trigger_of(fields: dict[str, Any], names: Names) -> dict[str, Any]:
    """Return a trigger in proto JSON: what the case gives, and the case's own name, type and webhook."""
    given = {"name": names["unique"], "type": names["unique"], "url": names["hook"], "retries": 0}
    made: dict[str, Any] = filled(given | fields, names)
    return made


class CaseRun:
    """A case under way: what its names stand for, and its steps and checks."""

    def __init__(self, case: Case, stage: Stage, names: Names) -> None:
        self._case = case
        self._stage = stage
        self._names = names

    async def steps(self, runner: Runner) -> AsyncIterator[str]:
        """Do the steps, until one differs; yield how it does."""
        for number, step in enumerate(self._case.steps, start=1):
            found = await self._done(step, runner)
            for each in found:
                yield f"step {number}: {each}"
            if found:
                return

    async def _done(self, step: Any, runner: Runner) -> list[str]:
        """Do a step, once or (`eventually`) until it has the outcome; return the differences."""
        end = asyncio.get_running_loop().time() + (ARRIVES if step.get("eventually") else 0)
        while True:
            found = list(self._compared(step, await self._outcome(step, runner)))
            if not found or asyncio.get_running_loop().time() >= end:
                return found
            await asyncio.sleep(0.05)

    def _compared(self, step: Any, outcome: Any) -> Iterator[str]:
        expected = step.get("expect", {})
        if "do" in step and not expected.keys() & outcome.keys():
            yield f"it answered {shown(outcome)}"
            return
        yield from differences(expected, outcome, self._names)

    async def _outcome(self, step: Any, runner: Runner) -> Any:
        if "post" in step:
            return await self._post(step["post"])
        if "trigger" in step:
            fields = trigger_of(step["trigger"], self._names)
            await self._stage.create_trigger(self._names["project"], fields)
            return {}
        return await self._ask(step, runner)

    async def _ask(self, step: Any, runner: Runner) -> dict[str, Any]:
        """Give a step to the runner, and return its answer."""
        line = {"case": self._case.name, "settings": self._case.body.get("settings", {"server": "$proxy"})}
        line |= step["do"]
        if "signed" in step:
            line |= given(*request_of(filled(step["signed"], self._names)))
        if "posted" in step:
            line |= given(*await self._posted(step["posted"]))
        line = filled(line, self._names)
        await runner.tell(line)
        answer = await runner.answer(self._case.name, seconds=self._case.seconds)
        while answer.get("begun") and "meanwhile" in step:
            for _ in range(step["meanwhile"]["queue"]):
                await self._stage.queue(self._names["project"], self._names["unique"])
            answer = await runner.answer(self._case.name, seconds=self._case.seconds)
        return answer

    async def _posted(self, change: dict[str, Any]) -> tuple[bytes, dict[str, str]]:
        """Return the first request that the webhook got, with some headers and perhaps its body replaced."""
        [first, *_] = await self._stage.webhook.posts(self._names["unique"], 1, seconds=ARRIVES)
        headers = {
            name: value for name, value in (first["headers"] | change.get("headers", {})).items() if value
        }
        body = first["text"].encode()
        return (body + change["added"].encode() if "added" in change else body), headers

    async def _post(self, spec: dict[str, Any]) -> dict[str, Any]:
        """Send the handler of a language a request, and return its answer as cases write it."""
        body, headers = request_of(filled(spec, self._names))
        async with aiohttp.ClientSession() as session:
            with contextlib.suppress(aiohttp.ClientError):  # it may answer and close before it has read all
                async with session.post(self._names["url"], data=body, headers=headers) as answer:
                    text = (await answer.read()).decode(errors="backslashreplace")
                    named = {name.lower(): value for name, value in answer.headers.items()}
                    return {"status": answer.status, "headers": named, "text": text}
        return {"status": 0}

    async def checks(self) -> AsyncIterator[str]:
        """Compare what proxy, webhook and server have seen; yield the differences."""
        body = self._case.body
        if "requests" in body:
            for each in self._seen("requests", self._stage.proxy.calls):
                yield each
        if "posts" in body:
            expected = body["posts"]
            count = len(expected.get("$unordered", [])) if isinstance(expected, dict) else len(expected)
            posts = await self._stage.webhook.posts(self._names["unique"], count, seconds=ARRIVES)
            for each in self._seen("posts", posts):
                yield each
        if "stored" in body:
            for each in self._seen("stored", await self._stored()):
                yield each

    def _seen(self, member: str, value: Any) -> Iterator[str]:
        return differences(self._case.body[member], value, self._names, at=member)

    async def _stored(self) -> list[dict[str, Any]]:
        return await self._stage.stored(self._names["project"], self._names["unique"])


def given(body: bytes, headers: dict[str, str]) -> dict[str, Any]:
    """Return a request as runners get it."""
    return {"body": base64.b64encode(body).decode(), "headers": headers}


async def each_case(driver: Driver, cases: list[Case]) -> AsyncIterator[tuple[Case, list[str]]]:
    """Run cases one after another; yield each with its differences."""
    try:
        for case in cases:
            async with asyncio.timeout(10 * case.seconds + 120):
                yield case, await driver.run(case)
    finally:
        await driver.close()
