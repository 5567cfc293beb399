"""The desk: an open store with the person who signed in. Built once, handed to every service."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from carehub.domain.codes import Codebook
from carehub.domain.office import Site, User
from carehub.domain.texts import Texts
from carehub.store.store import Store, Unit


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

    @contextmanager
    def unit(self) -> Iterator[Unit]:
        """A unit of work by the person at this desk."""
        with self.store.unit(self.user.id) as unit:
            yield unit

    @property
    def is_office(self) -> bool:
        """Whether this site merges the bundles of others."""
        return self.site.level in ("township", "district")

    def close(self) -> None:
        self.store.close()
