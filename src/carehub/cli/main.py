"""The terminal's front door: every command, and how expected errors end it."""

import functools
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

from carehub import __version__
from carehub.cli import demo, exchange, records, stores
from carehub.cli.terminal import StorePath, User, fail, say, texts
from carehub.domain.errors import CareHubError

Window = Callable[[Path | None], int]
Shots = Callable[[Path, str, Path], list[Path]]
"""Takes a store, a password and a folder; leaves pictures of every page there."""


def build(window: Window, shots: Shots, require_qt: Callable[..., None]) -> typer.Typer:
    """All commands. `window`, `shots` and the check whether Qt can start come from the window's side, which the
    terminal does not know."""
    app = typer.Typer(help="CareHub 关爱屋", no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
    commands: dict[str, Callable[..., None]] = {
        "new": stores.new,
        "card": stores.card,
        "identity": stores.identity,
        "check": stores.check,
        "list": records.listing,
        "add": records.add,
        "edit": records.edit,
        "import": records.import_,
        "papers": records.papers,
        "export": exchange.export,
        "inspect": exchange.inspect,
        "merge": exchange.merge,
        "conflicts": exchange.conflicts,
        "resolve": exchange.resolve,
        "demo": demo.command(shots, require_qt),
        "shots": _shots_command(shots),
    }
    for name, command in commands.items():
        app.command(name)(_guarded(command))

    def open_window(
        store: Annotated[Path | None, typer.Argument(metavar="[STORE]", help="the store's folder")] = None,
    ) -> None:
        """Open the window."""
        raise typer.Exit(window(store))

    def version() -> None:
        """Print the version."""
        say(__version__)

    app.command("open")(_guarded(open_window))
    app.command("version")(version)
    return app


def _shots_command(shots: Shots) -> Callable[..., None]:
    def command(
        store: StorePath,
        folder: Annotated[Path, typer.Argument(metavar="DIR", help="folder for the pictures")],
        user: User = "",
    ) -> None:
        """Make pictures of every page, in standard and extra-large text."""
        from carehub.cli.terminal import ask_password, desk_at

        with desk_at(store, user):
            pass  # a wrong password is told here, before any window
        for file in shots(store, ask_password(), folder):
            say(str(file))

    return command


def _guarded(command: Callable[..., None]) -> Callable[..., None]:
    """A command whose expected errors end it with one sentence and exit code 1."""

    @functools.wraps(command)
    def guarded(**options: Any) -> None:
        try:
            command(**options)
        except CareHubError as error:
            fail(error, as_json=bool(options.get("json")))
        except KeyboardInterrupt:
            sys.stderr.write(texts()("Stopped; nothing was left half done.") + "\n")
            raise typer.Exit(130) from None

    return guarded
