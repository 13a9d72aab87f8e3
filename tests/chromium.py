"""A page as people see it: headless Chromium, driven over its DevTools protocol."""

import asyncio
import base64
import contextlib
import itertools
import re
import subprocess
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

from aiohttp import ClientSession, ClientWebSocketResponse, WSMsgType
from kit import until

FLAGS = ("--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run")
KEYS = {
    "Tab": (9, ""),
    "Enter": (13, "\r"),
    "Escape": (27, ""),
    "ArrowUp": (38, ""),
    "ArrowDown": (40, ""),
    "a": (65, ""),
    "/": (191, "/"),
}
CONTROL = 2
USED = ("textbox", "combobox", "button", "link", "checkbox", "DisclosureTriangle")


@contextlib.contextmanager
def browser(folder: Path) -> Iterator[str]:
    """Run Chromium with a new profile in `folder` and return the address of its DevTools."""
    command = ["chromium", *FLAGS, "--remote-debugging-port=0", f"--user-data-dir={folder}", "about:blank"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    try:
        assert process.stderr
        found = (re.search(r"DevTools listening on ws://([\d.:]+)/", line) for line in process.stderr)
        yield next(match[1] for match in found if match)
    finally:
        process.terminate()
        process.wait(20)


@contextlib.asynccontextmanager
async def tab(devtools: str) -> AsyncIterator["Tab"]:
    """Give an empty tab of a browser; it is closed at the end."""
    async with ClientSession() as http:
        async with http.put(f"http://{devtools}/json/new?about:blank") as response:
            made = await response.json(content_type=None)
        async with http.ws_connect(made["webSocketDebuggerUrl"], max_msg_size=0) as socket:
            opened = Tab(socket)
            reading = asyncio.create_task(opened.read())
            for domain in ("Page", "Runtime", "Network", "Log", "Accessibility"):
                await opened.send(f"{domain}.enable")
            yield opened
            reading.cancel()
        await (await http.get(f"http://{devtools}/json/close/{made['id']}")).read()


class Tab:
    """A tab: `requests` has each URL it asked for, `complaints` what its console and its log report."""

    def __init__(self, socket: ClientWebSocketResponse) -> None:
        self._socket = socket
        self._numbers = itertools.count(1)
        self._answers: dict[int, asyncio.Future[Any]] = {}
        self.requests: list[str] = []
        self.complaints: list[Any] = []

    async def read(self) -> None:
        """Take what the browser sends until the connection ends."""
        async for message in self._socket:
            if message.type is WSMsgType.TEXT:
                self._take(message.json())

    def _take(self, message: dict[str, Any]) -> None:
        if "id" in message:
            self._answers.pop(message["id"]).set_result(message)
            return
        match message["method"]:
            case "Network.requestWillBeSent":
                self.requests.append(message["params"]["request"]["url"])
            case "Runtime.consoleAPICalled" | "Runtime.exceptionThrown" | "Log.entryAdded":
                self.complaints.append(message["params"])

    async def send(self, method: str, **parameters: Any) -> Any:
        """Send a command of the protocol and return its result."""
        number = next(self._numbers)
        self._answers[number] = answer = asyncio.get_running_loop().create_future()
        await self._socket.send_json({"id": number, "method": method, "params": parameters})
        answered = await asyncio.wait_for(answer, 20)
        assert "error" not in answered, f"{method}: {answered}"
        return answered["result"]

    async def go(self, url: str, *, until: str) -> None:
        """Open a page and wait until an expression is true there."""
        await self.send("Page.navigate", url=url)
        await self.see(f"document.readyState === 'complete' && ({until})")

    async def ask(self, expression: str) -> Any:
        """Return the value of a JavaScript expression; if it is a promise, wait for it."""
        answer = await self.send(
            "Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True
        )
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    async def see(self, expression: str) -> None:
        """Wait until an expression is true."""
        await until(lambda: self.ask(f"!!({expression})"))

    async def look(self, *, width: int, height: int = 900, scheme: str = "light") -> None:
        """Set the size of the window and the preferred colour scheme."""
        await self.send(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=width < 500,
        )
        preferred = [{"name": "prefers-color-scheme", "value": scheme}]
        await self.send("Emulation.setEmulatedMedia", features=preferred)

    async def press(self, key: str, *, modifiers: int = 0) -> None:
        """Press a key and release it."""
        code, text = KEYS[key]
        sent = {"key": key, "windowsVirtualKeyCode": code, "modifiers": modifiers}
        commands = {"commands": ["selectAll"]} if key == "a" and modifiers == CONTROL else {}
        await self.send("Input.dispatchKeyEvent", type="keyDown", text=text, **sent, **commands)
        await self.send("Input.dispatchKeyEvent", type="keyUp", **sent)

    async def write(self, text: str) -> None:
        """Type text where the focus is, as a keyboard would."""
        await self.send("Input.insertText", text=text)

    async def picture(self) -> bytes:
        """Return a screenshot as PNG, to look at when a test fails."""
        return base64.b64decode((await self.send("Page.captureScreenshot"))["data"])

    async def controls(self) -> list[tuple[str, str]]:
        """Return the role and name of each control, as a screen reader gets them."""
        tree = await self.send("Accessibility.getFullAXTree")
        nodes = [node for node in tree["nodes"] if not node["ignored"]]
        told = [(node["role"]["value"], node.get("name", {}).get("value", "")) for node in nodes]
        return [each for each in told if each[0] in USED]
