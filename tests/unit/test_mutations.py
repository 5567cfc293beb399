"""The command that breaks the lines that guard data, before it is run for hours."""

from tests.mutations import run


def test_every_line_to_be_broken_is_there_once() -> None:
    """A line that was moved would be broken nowhere, and nobody would hear that no test guards it."""
    sources = {file: (run.TOP / "src" / "carehub" / file).read_text("utf-8") for file, _, _ in run.MUTATIONS}
    assert [(file, old) for file, old, _ in run.MUTATIONS if sources[file].count(old) != 1] == []
