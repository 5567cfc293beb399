"""What the one box finds, beneath it: grouped, walked through with the arrow keys, opened with Enter."""

from functools import partial

from PySide6.QtCore import QEvent, QObject, QPoint, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QLineEdit, QListWidget, QListWidgetItem, QWidget

from carehub.domain.errors import CareHubError
from carehub.gui import theme as th
from carehub.gui.desktop import Desktop
from carehub.gui.widgets.basics import column, look
from carehub.services import finding
from carehub.services.finding import Group, Hit

ICONS = {"child": "fa6s.child-reaching", "family_member": "fa6s.people-roof", "volunteer": "fa6s.hand-holding-heart",
         "visit": "fa6s.clipboard-check", "school": "fa6s.school"}  # fmt: skip
WIDTH, LINES = 640, 11
"""Width at the standard size, and lines shown before one has to scroll."""
_TARGET = int(Qt.ItemDataRole.UserRole)


class FoundList(QFrame):
    """Lies over the page beneath a search box, which keeps the focus. `opened` gives an address, `listed` a list (its
    address and what it is to search for)."""

    opened = Signal(str)
    listed = Signal(str, str)

    def __init__(self, desktop: Desktop, box: QLineEdit, over: QWidget) -> None:
        super().__init__(over)
        look(self, "card")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._d, self._box, self._over, self._shown_for = desktop, box, over, ""
        self.rows = QListWidget()
        self.rows.setAccessibleName(desktop.tr("What was found"))
        self.rows.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.rows.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.rows.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.rows.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.rows.itemClicked.connect(self._open)
        self.setLayout(column(self.rows))
        box.installEventFilter(self)
        over.installEventFilter(self)
        self.hide()

    def search(self, text: str) -> None:
        """Shows what is found for a text; nothing for an empty one. What is shown for it already stays, with the line
        one has walked to."""
        if text == self._shown_for and not self.isHidden():
            return
        self._shown_for = text
        if not text.strip():
            self.hide()
            return
        try:
            groups = finding.find(self._d.desk, text)
        except CareHubError as error:
            self._d.frame.complain(error)
            return
        self.rows.clear()
        for group in groups:
            self._add(group)
        if not groups:
            self._line(self._d.tr(finding.NOTHING), None)
        self._step(1)
        self._place()
        self.show()
        self.raise_()

    def open_current(self, text: str) -> bool:
        """Opens the marked line of what was found for a text; False where there is none."""
        if self.isHidden() or text != self._shown_for or self.rows.currentItem() is None:
            return False
        self._open(self.rows.currentItem())
        return True

    # --- the lines ---

    def _add(self, group: Group) -> None:
        tr = self._d.tr
        head = self._line(tr(group.label), None)
        head.setForeground(self._d.theme.colour(th.ACCENT))
        head.setFont(self._d.theme.font(0.9, strong=True))
        for hit in group.hits:
            self._hit(group, hit)
        if group.more and group.place:
            words = tr("All {count}…", count=finding.count_of(group))
            self._line(words, partial(self.listed.emit, group.place, group.words))

    def _hit(self, group: Group, hit: Hit) -> None:
        if group.kind == "school":
            target = partial(self.listed.emit, hit.address, hit.title)
        else:
            target = partial(self.opened.emit, hit.address)
        line = self._line(f"{hit.title}　{hit.detail}", target)
        line.setIcon(self._d.theme.icon(ICONS.get(group.kind, "fa6s.file"), th.MUTED))

    def _line(self, text: str, target: object) -> QListWidgetItem:
        made = QListWidgetItem(text)
        made.setData(_TARGET, target)
        made.setToolTip(text)
        if target is None:
            made.setFlags(Qt.ItemFlag.ItemIsEnabled & ~Qt.ItemFlag.ItemIsSelectable)
        made.setSizeHint(QSize(0, self._d.theme.row if target is not None else self._d.theme.text(1.9)))
        self.rows.addItem(made)
        return made

    def _open(self, line: QListWidgetItem) -> None:
        target = line.data(_TARGET)
        if target is None:
            return
        self.hide()
        target()

    # --- keys and place ---

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Resize, QEvent.Type.Move) and not self.isHidden():
            self._place()
        if watched is not self._box:
            return False
        if event.type() == QEvent.Type.FocusOut:
            self.hide()
        if event.type() != QEvent.Type.KeyPress or not isinstance(event, QKeyEvent) or self.isHidden():
            return False
        return self._pressed(Qt.Key(event.key()))

    def _pressed(self, key: Qt.Key) -> bool:
        if key is Qt.Key.Key_Escape:
            self.hide()
            return True
        steps = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: 6, Qt.Key.Key_PageUp: -6}
        if key in steps:
            self._step(steps[key])
            return True
        return False

    def _step(self, by: int) -> None:
        """Goes to the next line that leads somewhere, past headings; stays at the ends."""
        leading = [n for n in range(self.rows.count()) if self.rows.item(n).data(_TARGET) is not None]
        if not leading:
            return
        now = self.rows.currentRow()
        at = leading.index(now) + by if now in leading else 0
        at = min(max(at, 0), len(leading) - 1)
        self.rows.setCurrentRow(leading[at])
        if at == 0:
            self.rows.scrollToTop()
        line = self.rows.item(leading[at])
        self._box.setAccessibleDescription(line.text())

    def _place(self) -> None:
        over = self._over
        edge = self._d.theme.px(th.GAP_M)
        width = min(max(self._box.width(), round(WIDTH * self._d.theme.scale)), over.width() - 2 * edge)
        below = self._box.mapTo(over, QPoint(0, self._box.height() + self._d.theme.px(th.GAP_XS)))
        needed = sum(self.rows.sizeHintForRow(n) + 1 for n in range(self.rows.count())) + 2 * self.rows.frameWidth()
        most = min(LINES * self._d.theme.row, over.height() - below.y() - edge)
        left = min(below.x(), over.width() - width - edge)
        self.setGeometry(max(left, edge), below.y(), width, min(needed + 4, most))
