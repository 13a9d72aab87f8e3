"""Everything that an RPC can do, a command can do."""

import ast
import inspect
import pkgutil
from collections.abc import Iterator
from importlib import import_module
from typing import Any

import bellrope.v1
import pytest
from bellrope_server.cli import program
from bellrope_server.cli.remote import option_names
from typer.main import get_command

COMMANDS = {
    "Eventing.Queue": "queue",
    "Eventing.TriggerSync": "queue",
    "Eventing.QueueBatch": "queue-batch",
    "Eventing.QueueStream": "queue-stream",
    "Triggers.CreateTrigger": "triggers create",
    "Triggers.GetTrigger": "triggers get",
    "Triggers.ListTriggers": "triggers list",
    "Triggers.UpdateTrigger": "triggers update",
    "Triggers.DeleteTrigger": "triggers delete",
    "Triggers.PauseTrigger": "triggers pause",
    "Triggers.ResumeTrigger": "triggers resume",
    "Triggers.TestTrigger": "triggers test",
    "Deliveries.GetEvent": "events get",
    "Deliveries.ListEvents": "events list",
    "Deliveries.ExplainEvent": "events explain",
    "Deliveries.CancelEvent": "events cancel",
    "Deliveries.ReplayEvent": "events replay",
    "Deliveries.GetDelivery": "deliveries get",
    "Deliveries.ListDeliveries": "deliveries list",
    "Deliveries.ListAttempts": "deliveries attempts",
    "Deliveries.GetBacklog": "deliveries backlog",
    "Deliveries.ListBacklogs": "deliveries backlog",
    "Deliveries.GetStatistics": "statistics",
    "Deliveries.CancelDelivery": "deliveries cancel",
    "Deliveries.RescheduleDelivery": "deliveries reschedule",
    "Deliveries.ReplayDelivery": "deliveries replay",
    "Deliveries.StartBulkAction": "bulk start",
    "Deliveries.GetBulkAction": "bulk get",
    "Deliveries.ListBulkActions": "bulk list",
    "Deliveries.CancelBulkAction": "bulk cancel",
    "Deliveries.WatchBulkAction": "bulk watch",
    "Deliveries.Tail": "tail",
    "Projects.CreateProject": "projects create",
    "Projects.GetProject": "projects get",
    "Projects.ListProjects": "projects list",
    "Projects.UpdateProject": "projects update",
    "Projects.DeleteProject": "projects delete",
    "Projects.PauseProject": "projects pause",
    "Projects.ResumeProject": "projects resume",
    "Projects.GetEventType": "event-types get",
    "Projects.ListEventTypes": "event-types list",
    "Projects.UpdateEventType": "event-types set",
    "Projects.TestEventType": "event-types test",
    "Projects.DeleteEventType": "event-types delete",
    "Server.GetStatus": "status",
}


def descriptors() -> Iterator[Any]:
    """Give each service of the protos."""
    for module in pkgutil.iter_modules(bellrope.v1.__path__):
        if module.name.endswith("_pb2"):
            yield from import_module(f"bellrope.v1.{module.name}").DESCRIPTOR.services_by_name.values()


RPCS = {f"{service.name}.{method.name}": method for service in descriptors() for method in service.methods}


def command_of(words: str) -> Any:
    """Return a command by the words that one types, or None."""
    found: Any = get_command(program)
    for word in words.split():
        found = found.get_command(None, word)
    return found


def called_by(command: Any) -> set[str]:
    """Return the attributes that a command's function uses, also through other functions of its module."""
    function = inspect.unwrap(command.callback)
    tree = ast.parse(inspect.getsource(import_module(function.__module__)))
    parts = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    todo, seen, used = [function.__name__], set(), set()
    while todo:
        name = todo.pop()
        seen.add(name)
        nodes = list(ast.walk(parts[name]))
        used |= {node.attr for node in nodes if isinstance(node, ast.Attribute)}
        todo += [n.id for n in nodes if isinstance(n, ast.Name) and n.id in parts.keys() - seen]
    return used


def test_every_rpc_has_a_command() -> None:
    """Every RPC has a command."""
    assert sorted(RPCS) == sorted(COMMANDS)


@pytest.mark.parametrize("rpc", COMMANDS)
def test_the_command_calls_its_rpc(rpc: str) -> None:
    """The command exists, and calls its RPC."""
    command = command_of(COMMANDS[rpc])
    assert command is not None
    assert rpc.partition(".")[2] in called_by(command)


def commands(group: Any, words: str = "") -> Iterator[tuple[str, Any]]:
    """Give each command with the words that one types."""
    for name in group.list_commands(None):
        found = group.get_command(None, name)
        if hasattr(found, "list_commands"):
            yield from commands(found, f"{words}{name} ")
        else:
            yield words + name, found


READ = {"project": {"project"}, "json": {"json", "show", "show_all", "show_as", "say", "total_if_stopped"}}


@pytest.mark.parametrize(
    ("words", "command"), [pytest.param(*each, id=each[0]) for each in commands(get_command(program))]
)
def test_an_option_is_offered_only_where_it_is_read(words: str, command: Any) -> None:
    """Every command reads --project and --json, or does not offer them."""
    if words == "import-space-cloud":  # it has its own options
        return
    for name in READ.keys() & {param.name for param in command.params}:
        assert READ[name] & called_by(command), f"{words} --{name}"


@pytest.mark.parametrize(
    ("words", "command"), [pytest.param(*each, id=each[0]) for each in commands(get_command(program))]
)
def test_an_error_about_a_field_names_an_option_that_is_there(words: str, command: Any) -> None:
    """The option that an error names in place of a field is one that the command has."""
    parameters = inspect.signature(command.callback).parameters.values()
    options = {option for param in command.params for option in param.opts}
    hints = {each.name: each.annotation for each in parameters}
    named = {flag for each in parameters for _, flag in option_names(each, hints)}
    assert named <= options
