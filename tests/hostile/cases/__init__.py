"""The hostile cases, a file for each kind."""

import importlib

KINDS = ("containers", "headers", "payloads", "lines", "certificates", "rights", "repeats", "returns", "attachments")


def load() -> None:
    """Enters all cases into the corpus."""
    for kind in KINDS:
        importlib.import_module(f"{__name__}.{kind}")
