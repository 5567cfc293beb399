"""The terminal's front door: every command, and how expected errors end it."""

import functools
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

from carehub import __version__
from carehub.cli import (
    aid,
    attachments,
    audit,
    backups,
    care,
    demo,
    desk,
    exchange,
    finding,
    parking,
    people,
    protection,
    records,
    stores,
)
from carehub.cli.terminal import StorePath, User, fail, say, texts
from carehub.domain.errors import CareHubError, InvalidInput, StoreError
from carehub.domain.texts import mark

USAGE = mark("The command is not right: {told} See: carehub --help")
NO_OUTPUT = mark("The result could not be written out ({why}).")
Window = Callable[[Path | None], int]
Shots = Callable[[Path, str, Path], list[Path]]
"""Takes a store, a password and a folder; leaves pictures of every page there."""


def build(window: Window, shots: Shots, require_qt: Callable[..., None], picture: demo.Picture) -> typer.Typer:
    """All commands. `window`, `shots` and the check whether Qt can start come from the window's side, which the
    terminal does not know."""
    app = typer.Typer(help="CareHub 关爱屋", no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
    commands: dict[str, Callable[..., None]] = {
        "new": stores.new,
        "training": stores.begin_training,
        "card": stores.card,
        "identity": stores.identity,
        "check": stores.check,
        "backup": backups.backup,
        "backups": backups.listing,
        "restore": backups.restore,
        "ask-help": stores.ask_help,
        "give-help": stores.give_help,
        "recover": stores.recover,
        "revoke": stores.revoke,
        "transfer": stores.transfer,
        "erase": stores.erase,
        "users": people.listing,
        "user-add": people.add,
        "user-role": people.set_role,
        "user-remove": people.remove,
        "password": people.password,
        "recovery-code": people.code,
        "accesses": people.accesses,
        "today": care.waiting,
        "intervals": care.intervals,
        "list": records.listing,
        "find": finding.find,
        "add": records.add,
        "edit": records.edit,
        "import": records.import_,
        "papers": records.papers,
        "attach": attachments.attach,
        "attachments": attachments.listing,
        "attachment-save": attachments.save,
        "attachment-photo": attachments.set_photo,
        "attachment-void": attachments.void,
        "consent": protection.consent,
        "incident": protection.incident,
        "reporter": protection.reporter,
        "retention": protection.what_may_go,
        "statistics": protection.figures,
        "export": exchange.export,
        "inspect": exchange.inspect,
        "merge": exchange.merge,
        "conflicts": desk.conflicts,
        "resolve": desk.resolve,
        "park": desk.park,
        "unpark": desk.unpark,
        "duplicates": desk.find_duplicates,
        "link": desk.link,
        "unlink": desk.unlink,
        "distinct": desk.distinct,
        "undecided": parking.undecided,
        "settle": parking.settle,
        "demo": demo.command(shots, require_qt, picture),
        "shots": _shots_command(shots),
    }
    for name, command in commands.items():
        app.command(name)(_guarded(command))
    app.add_typer(_group("Aid: programmes, batches, payments.", aid.COMMANDS), name="aid")
    app.add_typer(_group("Audit calls: draw, draw again, type in.", audit.COMMANDS), name="audit")

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


def _group(about: str, commands: dict[str, Callable[..., None]]) -> typer.Typer:
    """Commands under one word: `carehub audit draw`."""
    group = typer.Typer(help=about, no_args_is_help=True, pretty_exceptions_enable=False)
    for name, command in commands.items():
        group.command(name)(_guarded(command))
    return group


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
    """Runs the terminal. A call that is not understood ends in one sentence like any other error, with exit code 2."""
    try:
        code = app(standalone_mode=False)
    except Exception as error:
        told = getattr(error, "format_message", None)  # Typer's usage errors, wherever it keeps their class
        if told is None:
            raise
        as_json = "--json" in sys.argv
        fail(InvalidInput(USAGE, told=told()), as_json=as_json, code=int(getattr(error, "exit_code", 2)))
    raise SystemExit(code if isinstance(code, int) else 0)


def _guarded(command: Callable[..., None]) -> Callable[..., None]:
    """A command whose expected errors end it with one sentence and exit code 1."""

    @functools.wraps(command)
    def guarded(**options: Any) -> None:
        try:
            command(**options)
        except CareHubError as error:
            fail(error, as_json=bool(options.get("json")))
        except OSError as error:  # standard output is full or gone
            fail(StoreError(NO_OUTPUT, why=error.strerror or type(error).__name__), as_json=bool(options.get("json")))
        except KeyboardInterrupt:
            sys.stderr.write(texts()("Stopped; nothing was left half done.") + "\n")
            raise typer.Exit(130) from None

    return guarded
