"""A layout that puts widgets side by side and goes on in the next line when there is no room."""

from collections.abc import Iterator

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QSizePolicy, QWidget

from carehub.gui import theme as th
from carehub.gui.theme import Theme


class FlowLayout(QLayout):
    """Left to right, then down; with `right` its lines end at the right. Its height follows from its width."""

    def __init__(self, parent: QWidget, gap: int, *, right: bool = False) -> None:
        super().__init__(parent)
        self._right = right
        self.setContentsMargins(0, 0, 0, 0)
        self.setSpacing(gap)
        self._items: list[QLayoutItem] = []

    def addItem(self, item: QLayoutItem) -> None:
        self._items.append(item)

    def count(self) -> int:
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return self._place(QRect(0, 0, width, 0), move=False)

    def setGeometry(self, room: QRect) -> None:
        super().setGeometry(room)
        self._place(room, move=True)

    def sizeHint(self) -> QSize:
        hints = [item.sizeHint() for item in self._items]
        width = sum(h.width() for h in hints) + self.spacing() * max(0, len(hints) - 1)
        return QSize(width, max((h.height() for h in hints), default=0))

    def minimumSize(self) -> QSize:
        size = QSize()
        for item in self._items:
            size = size.expandedTo(item.minimumSize())
        return size

    def _lines(self, width: int) -> Iterator[list[tuple[QLayoutItem, QSize]]]:
        """The items that stand side by side, line by line. What is hidden leaves no gap."""
        line: list[tuple[QLayoutItem, QSize]] = []
        used = 0
        for item in self._items:
            if item.isEmpty():
                continue
            size = item.sizeHint().expandedTo(item.minimumSize())
            if line and used + size.width() > width:
                yield line
                line, used = [], 0
            line.append((item, size))
            used += size.width() + self.spacing()
        if line:
            yield line

    def _place(self, room: QRect, *, move: bool) -> int:
        """Puts the items into their places, or only measures; returns the height."""
        y = room.y()
        for line in self._lines(room.width()):
            wide = sum(size.width() for _, size in line) + self.spacing() * (len(line) - 1)
            high = max(size.height() for _, size in line)
            x = room.x() + (max(0, room.width() - wide) if self._right else 0)
            for item, size in line:
                if move:
                    item.setGeometry(QRect(QPoint(x, y + (high - size.height()) // 2), size))
                x += size.width() + self.spacing()
            y += high + self.spacing()
        return max(0, y - room.y() - self.spacing())


def flow(theme: Theme, *widgets: QWidget, right: bool = False) -> QWidget:
    """Widgets side by side that go on in the next line where there is no room; `right`: at the right of their line."""
    holder = QWidget()
    policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
    policy.setHeightForWidth(True)
    holder.setSizePolicy(policy)
    line = FlowLayout(holder, theme.px(th.GAP_S), right=right)
    for widget in widgets:
        line.addWidget(widget)
    return holder
