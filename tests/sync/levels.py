"""A district with two townships, each with two rooms and a school: real stores, real bundles."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from carehub.services import cards, checking, merging, opening
from carehub.services.desk import Desk

from ..conftest import drive
from . import sticks
from .sticks import export

DISTRICT = "江南区"
TOWNS = {
    "石桥镇": ("新民村", "红岩村", "石桥小学"),
    "平安镇": ("青山村", "柳树村", "平安小学"),
}


class Tree:
    """The desks of all sites by name, and the ways between them."""

    def __init__(self, make_store: Callable[..., opening.NewStore], folder: Path) -> None:
        self.stick = folder / "stick"
        self.new = {DISTRICT: make_store("district", DISTRICT, user="区办")}
        card = cards.write(self.new[DISTRICT].desk, folder / "cards")
        for town, sites in TOWNS.items():
            self.new[town] = make_store("township", town, card=card, user=f"{town}办")
            own = cards.write(self.new[town].desk, folder / "cards")
            for site in sites:
                level = "school" if site.endswith("小学") else "room"
                self.new[site] = make_store(level, site, card=own, user=f"{site}长")
        self.desks = {name: new.desk for name, new in self.new.items()}

    def __getitem__(self, name: str) -> Desk:
        return self.desks[name]

    def town_of(self, name: str) -> str:
        return next((town for town, sites in TOWNS.items() if name in sites), DISTRICT)

    def lower(self) -> Iterator[tuple[str, str]]:
        """(site, the office above it), rooms and schools first."""
        for town, sites in TOWNS.items():
            yield from ((site, town) for site in sites)
        yield from ((town, DISTRICT) for town in TOWNS)

    def up(self, name: str, *, approve: bool = False) -> merging.Merged:
        """A site hands over to the office above it."""
        words = " ".join(opening.own_words(self[name])) if approve else ""
        return take(self[self.town_of(name)], export(self[name], self.stick), approve=words, allow_voids=True)

    def down(self, name: str) -> merging.Merged:
        """The office above gives a site its return bundle."""
        return take(self[name], export(self[self.town_of(name)], self.stick, self[name].site.id), allow_voids=True)

    def join(self) -> None:
        """Everybody hands over for the first time, and gets a return bundle."""
        for name, _ in self.lower():
            merged = self.up(name, approve=True)
            assert merged.status == "merged", (name, merged)
        self.all_down()

    def all_up(self) -> None:
        for name, _ in self.lower():
            assert self.up(name).status == "merged", name

    def all_down(self) -> None:
        for name, _ in reversed(list(self.lower())):
            assert self.down(name).status == "merged", name

    def round(self) -> None:
        """One trip of every stick up to the district and back."""
        self.all_up()
        self.all_down()


def take(desk: Desk, file: Path, **options: Any) -> merging.Merged:
    """Takes one bundle in."""
    (merged,) = sticks.take(desk, file, **options)
    return merged


def check(desk: Desk) -> list[str]:
    """What is wrong with a desk's store, as sentences."""
    return [str(finding.error) for finding in drive(checking.check(desk))]
