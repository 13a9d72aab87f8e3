"""Commands that are imported only when they are used, so that the program starts quickly."""

from collections.abc import Mapping
from difflib import get_close_matches
from importlib import import_module
from typing import Any, ClassVar, NamedTuple

import typer
from typer.core import TyperGroup

from bellrope_server.cli.arguments import StrictCommand

CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


class Command(NamedTuple):
    """Where a command is, as `MODULE:NAME` in this package, and its line in the list of commands."""

    place: str
    help: str


def group(help: str | None = None) -> typer.Typer:
    """Return an empty group of commands.

    Its help is plain text: rich's tables cut long flags, and read [default: ...] as markup.
    """
    return typer.Typer(
        help=help,
        no_args_is_help=bool(help),
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
        context_settings=CONTEXT,
    )


class Lazy(TyperGroup):
    """A group that has its commands in a table."""

    table: ClassVar[Mapping[str, Command]] = {}

    def list_commands(self, ctx: Any) -> list[str]:
        """Return the commands' names, in the order of the table."""
        return list(self.table)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Import a command; return None if no command has this name."""
        if cmd_name in self.commands or cmd_name not in self.table:
            return self.commands.get(cmd_name)
        module, _, name = self.table[cmd_name].place.partition(":")
        found = getattr(import_module(f"{__package__}.{module}"), name)
        command = self.commands[cmd_name] = _command(found, cmd_name)
        return command

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Return the command that the first argument names; an error proposes the names that are like it."""
        unknown = self.get_command(ctx, args[0]) is None and not ctx.resilient_parsing
        if unknown and (like := get_close_matches(args[0], self.table)):
            names = " or ".join(f"'{each}'" for each in like)
            ctx.fail(f"No such command '{args[0]}'. Did you mean {names}?")
        return super().resolve_command(ctx, args)

    def shell_complete(self, ctx: Any, incomplete: str) -> list[Any]:
        """Return the commands that start with `incomplete`. It imports none, because the user waits."""
        from typer.core import CompletionItem  # type: ignore[attr-defined]  # typer has no public name for it

        if incomplete.startswith("-"):
            return super().shell_complete(ctx, incomplete)
        begin_so = [(name, each) for name, each in self.table.items() if name.startswith(incomplete)]
        return [CompletionItem(name, help=command.help) for name, command in begin_so]

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Write the list of commands without importing any."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, command.help) for name, command in self.table.items()])


def _command(found: Any, name: str) -> Any:
    """Return the command that typer makes of a function or of a group."""
    program = found
    if not isinstance(found, typer.Typer):
        program = group()
        program.command(name, cls=StrictCommand)(found)
    command = typer.main.get_command(program)
    command.name = name
    return command
