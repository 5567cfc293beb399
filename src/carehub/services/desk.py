"""The desk: an open store with the person who signed in. Built once, handed to every service."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from carehub.domain import rights
from carehub.domain.codes import Codebook
from carehub.domain.errors import NotAllowed
from carehub.domain.office import Site, User
from carehub.domain.record import Record
from carehub.domain.rights import Right
from carehub.domain.texts import Texts, mark
from carehub.store.store import Store, Unit

TRAINING = mark("This is training: everybody here is made up. Nothing leaves it, and nothing real comes in.")
LEAVING = frozenset({Right.TAKE_OUT, Right.HAND_OVER, Right.MERGE})
"""Rights by which something leaves a store or comes in from another. In training nobody has their use."""


@dataclass(frozen=True)
class Desk:
    """Everything a service needs: the store, who works, for which site, and the reference data."""

    store: Store
    user: User
    site: Site
    codes: Codebook
    texts: Texts
    word_list: tuple[str, ...]
    continued: bool = False
    """Whether the store was found to be a copy when it was opened, and goes on as one of its own."""
    training: bool = False
    """Whether the store is one for training. It says so of itself, inside, wherever it is opened."""

    @contextmanager
    def unit(self, right: Right | None = Right.WRITE) -> Iterator[Unit]:
        """A unit of work by the person at this desk, who needs that `right` (None: what everybody may, such as keeping
        a draft). Raises `NotAllowed` before anything begins."""
        if right is not None:
            self.require(right)
        with self.store.unit(self.user.id) as unit:
            yield unit

    def may(self, right: Right | None) -> bool:
        """Whether the role of the person at this desk has a right."""
        return right is None or right in rights.rights_of(self.site.level, self.user.role)

    def require(self, right: Right | None, *, paper: bool = False) -> None:
        """Raises `NotAllowed` with a sentence if the role lacks the right, or in training, where nothing leaves but
        `paper`, which is marked."""
        if right is not None:
            rights.require(self.site.level, self.user.role, right)
        if right in LEAVING and not paper:
            self.require_real()

    def require_real(self) -> None:
        """Raises `NotAllowed` in training."""
        if self.training:
            raise NotAllowed(TRAINING)

    def sees(self, record: type[Record]) -> bool:
        """Whether this person may know rows of a record at all (talks and incidents are restricted)."""
        return self.may(record.about.right)

    @property
    def taking(self) -> Right:
        """The right to take bundles in here: at an office it is a duty of its own."""
        return Right.MERGE if self.is_office else Right.HAND_OVER

    @property
    def is_office(self) -> bool:
        """Whether this site merges the bundles of others."""
        return self.site.level in ("township", "district")

    def close(self) -> None:
        self.store.close()
