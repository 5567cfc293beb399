"""What every command shares: who signs in, how results and progress are shown, how errors end a command."""

import getpass
import os
import sys
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, NoReturn, TypeVar

import msgspec
import typer
from rich.console import Console
from rich.progress import BarColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bar
from rich.table import Table

from carehub import resources
from carehub.domain.errors import CareHubError, InvalidInput
from carehub.domain.progress import Progress
from carehub.domain.texts import CHINESE, LANGUAGES, Texts, mark
from carehub.services import opening
from carehub.services.desk import Desk

T = TypeVar("T")

Json = Annotated[bool, typer.Option("--json", help="print JSON for other programs")]
StorePath = Annotated[Path, typer.Argument(metavar="STORE", help="the store's folder")]
User = Annotated[str, typer.Option("--user", envvar="CAREHUB_USER", help="name of the person signing in")]

NO_PASSWORD = mark("A password is needed: set {variable} or run this in a terminal.")
PASSWORDS_DIFFER = mark("The two passwords are not the same.")
ASK_PASSWORD = mark("Password: ")
ASK_AGAIN = mark("Password once more: ")


def language() -> str:
    """Chinese unless CAREHUB_LANG says otherwise."""
    wanted = os.environ.get("CAREHUB_LANG", CHINESE)
    return wanted if wanted in LANGUAGES else CHINESE


def texts() -> Texts:
    """The translator for this run."""
    return resources.texts(language())


def ask_password(*, twice: bool = False, variable: str = "CAREHUB_PASSWORD", prompt: str = ASK_PASSWORD) -> str:
    """The password from an environment variable, or typed without being shown. Raises `InvalidInput`."""
    given = os.environ.get(variable)
    if given is not None:
        return given
    if not sys.stdin.isatty():
        raise InvalidInput(NO_PASSWORD, variable=variable)
    tr = texts()
    typed = getpass.getpass(tr(prompt))
    if twice and getpass.getpass(tr(ASK_AGAIN)) != typed:
        raise InvalidInput(PASSWORDS_DIFFER)
    return typed


@contextmanager
def desk_at(store: Path, user: str = "") -> Iterator[Desk]:
    """An open, signed-in store, closed at the end."""
    desk = opening.sign_in(store, ask_password(), user, language())
    try:
        yield desk
    finally:
        desk.close()


def drive(work: Generator[Progress, None, T], *, quiet: bool = False) -> T:
    """Runs long work to its end and returns its result, showing progress on standard error. Ctrl+C closes it,
    which leaves nothing half done."""
    tr = texts()
    console = Console(stderr=True, quiet=quiet or not sys.stderr.isatty())
    columns = (TextColumn("{task.description}"), BarColumn(), TimeRemainingColumn())
    with Bar(*columns, console=console, transient=True) as bar:
        task = bar.add_task("", total=None)
        try:
            while True:
                step = next(work)
                message = tr(step.message)
                bar.update(task, description=message, completed=step.done, total=step.total or None)
        except StopIteration as end:
            result: T = end.value
            return result
        finally:
            work.close()


def say_json(value: object) -> None:
    """Prints a value as JSON on standard output."""
    say(msgspec.json.format(msgspec.json.encode(value), indent=2).decode())


def say_file(file: Path, message: str, *, json: bool) -> None:
    """Says which file a command wrote."""
    if json:
        say_json({"file": str(file)})
    else:
        say(texts()(message, file=str(file)))


def say_ids(message: str, ids: list[str], *, json: bool) -> None:
    """Says that a command did its work on these rows."""
    if json:
        say_json({"ids": ids})
    else:
        say(texts()(message))


def say(text: str) -> None:
    """Prints a line on standard output."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def say_table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Prints rows under headings."""
    table = Table(*headings, header_style="bold")
    for row in rows:
        table.add_row(*row)
    width = None if sys.stdout.isatty() else 200
    Console(width=width, highlight=False, markup=False).print(table)


def fail(error: CareHubError, *, as_json: bool, code: int = 1) -> NoReturn:
    """Ends the command with one sentence on standard error."""
    sentence = texts().error(error)
    told: Any = msgspec.json.encode({"error": sentence}).decode() if as_json else sentence
    sys.stderr.write(told + "\n")
    raise SystemExit(code)
