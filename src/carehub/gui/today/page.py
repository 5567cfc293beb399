"""Today: what is waiting, each line leading to the thing to do."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QWidget

from carehub.domain.texts import mark
from carehub.gui import theme as th
from carehub.gui.desktop import Desktop, Page
from carehub.gui.widgets.basics import Card, button, clear, column, label, row
from carehub.gui.widgets.notice import EmptyState, icon_label
from carehub.services import today

ROOM_BEGINS = mark("Begin with the children: take in the old ledger, or add the first child by hand.")
OFFICE_BEGINS = mark("Write a card for each room and school first. When their bundles come, take them in.")


class TodayPage(Page):
    """A calm page when nothing is waiting."""

    tables = frozenset({"child", "family_member", "visit", "volunteer", "pairing", "consent", "award", "backup",
                        "joint_meeting", "resolution", "pledge"})  # fmt: skip

    def __init__(self, desktop: Desktop) -> None:
        super().__init__(desktop)
        self._body = self.lay_out()

    @property
    def title(self) -> str:
        return self.texts("Today")

    def reload(self) -> None:
        clear(self._body)
        lines, last = today.waiting(self.desk), today.backup_line(self.desk)
        anybody = today.has_children(self.desk)
        if not anybody:
            self._begin()
        self._part(today.ALARMS, lines)
        if last and last.urgent and anybody:  # where there is nothing to lose yet, nobody is frightened
            self._body.addWidget(self._backup(last))
        for part in today.PARTS[1:]:
            self._part(part, lines)
        if anybody and not lines:
            calm = EmptyState(self.theme, "fa6s.mug-hot", self.texts("Nothing is waiting"),
                              self.texts("All planned visits are typed in, and nothing is missing."))  # fmt: skip
            self._body.addWidget(calm)
        if last and not last.urgent:
            self._body.addWidget(self._backup(last))
        self._body.addStretch(1)

    def _begin(self) -> None:
        """What to do first where nobody is on file yet: a room types, an office is handed bundles."""
        tr, go = self.texts, self.frame.open_address
        office = self.desk.is_office
        words = OFFICE_BEGINS if office else ROOM_BEGINS
        room = ((tr("Take in a ledger"), self.frame.take_in_ledger), (tr("Add a child"), partial(go, "child-form/new")))
        above = ((tr("Write a card"), partial(go, "settings")), (tr("Take in bundles"), partial(go, "merge")))
        (word, act), second = above if office else room
        begin = EmptyState(self.theme, "fa6s.seedling", tr("Welcome to CareHub"), tr(words), word, act, [second])
        self._body.addWidget(begin)
        begin.primary.setFocus()

    def _part(self, part: str, lines: Sequence[today.Waiting]) -> None:
        """One part of the page: its heading, and a card with its lines if there are any."""
        mine = [self._line(line) for line in lines if line.part == part]
        if mine:
            self._body.addWidget(label(self.texts(part), "heading"))
            self._body.addWidget(Card(self.theme, *mine, gap=th.GAP_M))

    def _backup(self, last: today.LastBackup) -> QWidget:
        """How old the last backup is: calm while it is fresh, an alarm when it is old."""
        name, colour = ("fa6s.circle-exclamation", th.ALARM) if last.urgent else ("fa6s.floppy-disk", th.ACCENT)
        icon = icon_label(self.theme, name, colour, 1.6)
        icon.setAlignment(Qt.AlignmentFlag.AlignCenter)
        words = label(last.words(self.texts), "alarm" if last.urgent else "muted")
        go = button(self.texts("Back up"), lambda: self.frame.open_address("settings/backups"), theme=self.theme)
        whole = row(icon, words, go, gap=self.theme.px(th.GAP_L))
        whole.setStretch(1, 1)
        return Card(self.theme, whole)

    def _line(self, line: today.Waiting) -> QHBoxLayout:
        colour = th.ALARM if line.urgent else th.ACCENT
        number = label(str(line.count), "big", wrap=False)
        number.setMinimumWidth(self.theme.text(2.6))
        number.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        icon = icon_label(self.theme, line.icon, colour, 1.6)
        icon.setAlignment(Qt.AlignmentFlag.AlignCenter)
        title, hint = (self.texts(words, **line.values) for words in (line.title, line.hint))
        words = column(label(title, "strong"), label(hint, "muted"))
        go = button(self.texts(line.action), lambda: self.frame.open_address(line.address), theme=self.theme)
        go.setAccessibleName(f"{title}：{self.texts(line.action)}")
        whole = row(icon, number, words, go, gap=self.theme.px(th.GAP_L))
        whole.setStretch(2, 1)
        return whole
