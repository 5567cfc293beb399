"""Errors that are expected: one family, each with a sentence for the person at the desk.

A sentence is kept as its English message id with the values to fill in; it becomes Chinese or English where it
is shown (`Texts.error`). Everything that is not a `CareHubError` is ours to mend and goes to the crash page.
"""


class CareHubError(Exception):
    """An expected failure. `message` is a message id of the catalogue, `values` fill its `{names}`."""

    def __init__(self, message: str, /, **values: object) -> None:
        super().__init__(message.format(**values) if values else message)
        self.message = message
        self.values = values


class InvalidInput(CareHubError):
    """What was typed cannot be kept as it is."""


class NotFound(CareHubError):
    """The record or file that was named does not exist."""


class NotAllowed(CareHubError):
    """The password is wrong, or the role does not permit it."""


class StoreError(CareHubError):
    """The store cannot be opened, is in use, comes from a newer program, or the disk failed."""


class Refused(CareHubError):
    """A bundle, card or certificate that must not be taken in. Nothing was changed."""


class Waiting(CareHubError):
    """A bundle that is sound but cannot be taken in yet: a gap before it, or a site nobody approved yet."""
