"""Choosing the children of a pledge: a school, one of its classes, or all."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QWidget

from carehub.domain.texts import mark
from carehub.gui.desktop import Desktop
from carehub.gui.widgets.basics import row
from carehub.gui.widgets.combo import ComboBox
from carehub.services import pledges
from carehub.services.pledges import Group

EVERYBODY = mark("All active children")


class GroupBox(QWidget):
    """A list of schools and their classes. With `renewing`, also those who had a pledge the year before: then `group`
    is None."""

    changed = Signal()

    def __init__(self, desktop: Desktop, *, renewing: bool = False) -> None:
        super().__init__()
        self._desktop, self._renewing = desktop, renewing
        self._groups: list[Group | None] = []
        self.box = ComboBox(desktop.theme)
        self.box.setAccessibleName(desktop.tr("For whom"))
        self.box.setMaxVisibleItems(10)
        self.box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.box.setMinimumContentsLength(16)
        self.box.activated.connect(self.changed)
        self.setLayout(row(self.box))

    def reload(self) -> None:
        """Reads schools and classes again; what was chosen stays if it is still there."""
        tr, desk = self._desktop.tr, self._desktop.desk
        before = self._groups[self.box.currentIndex()] if self._groups else Group()
        self._groups = [Group()]
        for school in pledges.schools(desk):
            self._groups += [Group(school), *pledges.classes(desk, school)]
        if self._renewing:
            self._groups.append(None)
        self.box.clear()
        renew = tr("Those who had one last year")
        self.box.addItems([renew if g is None else g.words or tr(EVERYBODY) for g in self._groups])
        self.box.setCurrentIndex(self._groups.index(before) if before in self._groups else 0)

    @property
    def group(self) -> Group | None:
        """What is chosen."""
        return self._groups[self.box.currentIndex()] if self._groups else Group()

    def choose(self, group: Group | None) -> None:
        """Chooses for the user."""
        self.box.setCurrentIndex(self._groups.index(group))
        self.changed.emit()
