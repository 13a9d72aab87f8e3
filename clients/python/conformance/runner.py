"""Runs the cases of clients/conformance with the Python client; with `--asyncio` in its asynchronous form."""

import json
import sys

import bellrope
import management
import receiving
import sending
import values
from bellrope import webhooks
from calls import Clients, Line, WrongSetting, say

OPERATIONS = {
    name: operation
    for module in (sending, management, receiving)
    for name, operation in vars(module).items()
    if getattr(operation, "__module__", "") == module.__name__
}

KINDS: dict[type[Exception], str] = {
    webhooks.SignatureInvalid: "SIGNATURE_INVALID",
    webhooks.NotAnEvent: "NOT_AN_EVENT",
    WrongSetting: "WRONG_SETTING",
    TypeError: "REFUSED",
    ValueError: "REFUSED",
    OverflowError: "REFUSED",
}


def answer(clients: Clients, line: Line) -> Line:
    """Do what a line says, and return the rest of the answer."""
    operation = OPERATIONS.get(line["op"])
    if operation is None:
        return {"missing": f"the operation {line['op']}"}
    try:
        return {"ok": operation(clients, line)}
    except sending.Broken as broken:
        return {"error": values.error(broken.error), "before": broken.before}
    except bellrope.BellropeError as error:
        return {"error": values.error(error)}
    except tuple(KINDS) as error:
        kind = next(kind for each, kind in KINDS.items() if isinstance(error, each))
        return {"error": {"kind": kind, "message": str(error)}}


def main() -> None:
    """Answer each line."""
    clients = Clients()
    for text in sys.stdin:
        line = json.loads(text)
        say({"case": line["case"]} | answer(clients, line))


if __name__ == "__main__":
    main()
