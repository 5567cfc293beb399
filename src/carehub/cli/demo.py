"""The demonstration command: the whole circle in a folder of one's choice."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from carehub.cli.terminal import Json, drive, language, say, say_json, texts
from carehub.services import demo

Shots = Callable[[Path, str, Path], list[Path]]
Picture = demo.Picture


def _program() -> str:
    """This program as it was called, so that the closing line can be copied."""
    called = Path(sys.argv[0])
    return str(called) if called.name.startswith("carehub") else "carehub"


def command(shots: Shots, require_qt: Callable[..., None], picture: Picture) -> Callable[..., None]:
    """The `demo` command; `shots` and `picture` make the pictures of the pages, `require_qt` says beforehand if they
    cannot."""

    def run(
        folder: Annotated[Path, typer.Argument(metavar="DIR", help="a new folder")],
        pictures: Annotated[bool, typer.Option(help="make pictures of the pages")] = True,
        json: Json = False,
    ) -> None:
        """Run the whole circle with made-up people."""
        if pictures:
            require_qt(screen=False)
        made = drive(demo.run(folder, language(), picture=picture if pictures else None), quiet=json)
        if pictures:
            for store in (made.stores[0], made.stores[1]):
                for file in shots(store, demo.PASSWORD, folder / "pictures" / store.name):
                    made.add("pictures", file)
        if json:
            say_json({"files": {k: [str(f) for f in v] for k, v in made.files.items()},
                      "merged": len(made.merged), "same_state": made.same_state,
                      "stores": [str(s) for s in made.stores]})  # fmt: skip
            return
        for line in demo.summary(made, texts(), _program()):
            say(line)

    return run
