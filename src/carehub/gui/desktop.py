"""What every page is handed: the desk, the words, the look, the worker, and a way to speak to the shell."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from PySide6.QtWidgets import QVBoxLayout, QWidget

from carehub.domain.texts import Texts
from carehub.gui import theme as th
from carehub.gui.jobs import Jobs
from carehub.gui.theme import Theme
from carehub.gui.widgets.basics import Item, column, look, scrolling
from carehub.services.desk import Desk
from carehub.store.store import Touched


class Frame(Protocol):
    """What a page may ask of the window around it."""

    def open_address(self, address: str) -> None: ...
    def knows(self, name: str) -> bool: ...
    def go_back(self) -> None: ...
    def say(self, text: str, undo: Callable[[], object] | None = None) -> None: ...
    def complain(self, error: Exception) -> None: ...
    def changed(self, touched: Touched) -> None: ...
    def saved(self, touched: Touched, told: str = "") -> None: ...
    def take_in_ledger(self) -> None: ...
    def lock(self) -> None: ...
    def lock_after(self, minutes: int) -> None: ...


@dataclass(frozen=True)
class Desktop:
    """Handed to every page by its constructor."""

    desk: Desk
    tr: Texts
    theme: Theme
    jobs: Jobs
    frame: Frame
    reasons: dict[str, str] = field(default_factory=dict)
    """Row → why the person at this desk looks behind its masks: asked once for the row one is at."""


class Page(QWidget):
    """One page, one purpose. `tables` are those whose changes make it reload."""

    tables: frozenset[str] = frozenset()

    def __init__(self, desktop: Desktop) -> None:
        super().__init__()
        self.desktop = desktop
        self.desk, self.texts, self.theme, self.frame = desktop.desk, desktop.tr, desktop.theme, desktop.frame
        self.stale = True
        look(self, "page")

    @property
    def title(self) -> str:
        """Where am I, in words."""
        raise NotImplementedError

    def open(self, argument: str) -> None:
        """Shows what an address names: the part after the place."""

    def reload(self) -> None:
        """Reads again what is shown."""

    def can_leave(self) -> bool:
        """Whether nothing typed would be lost."""
        return True

    def keep(self) -> None:
        """Puts what is typed away before the window locks by itself."""

    def draft(self) -> dict[str, str]:
        """What is typed but not saved, to survive a change of text size."""
        return {}

    def restore(self, draft: dict[str, str]) -> None:
        """Puts back what `draft` gave."""

    def search_for(self, text: str) -> bool:
        """Takes the shell's search text; returns whether this page searches by itself."""
        del text
        return False

    def lay_out(self, *items: Item) -> QVBoxLayout:
        """Makes the page one scrolling column of these items, with the margins of every page; returns the column."""
        margins = (self.edge, self.theme.px(th.GAP_L), self.edge, self.edge)
        body = column(*items, gap=self.theme.px(th.GAP_M), margins=margins)
        holder = QWidget()
        holder.setLayout(body)
        self.setLayout(column(scrolling(holder)))
        return body

    @property
    def edge(self) -> int:
        """The margin around a page."""
        return self.theme.px(th.GAP_XL)
