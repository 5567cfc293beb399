"""The terminal's front door: every command, and how expected errors end it."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import click
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
        app.command(name)(command)

    @app.command("open")
    def open_window(
        store: Annotated[Path | None, typer.Argument(metavar="[STORE]", help="the store's folder")] = None,
    ) -> None:
        """Open the window."""
        raise typer.Exit(window(store))

    @app.command()
    def version() -> None:
        """Print the version."""
        say(__version__)

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


def run(app: typer.Typer) -> None:
    """Runs the terminal; exit code 0 only on success."""
    try:
        code = app(standalone_mode=False)
    except CareHubError as error:
        fail(error, as_json="--json" in sys.argv)
    except click.exceptions.Exit as end:
        raise SystemExit(end.exit_code) from None
    except click.exceptions.Abort:
        sys.stderr.write(texts()("Stopped; nothing was left half done.") + "\n")
        raise SystemExit(130) from None
    except click.ClickException as error:
        error.show()
        raise SystemExit(error.exit_code) from None
    raise SystemExit(code if isinstance(code, int) else 0)
