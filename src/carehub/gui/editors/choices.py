"""A choice among many: a list that narrows while one types 汉字, pinyin or initials."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from pypinyin import Style, lazy_pinyin
from PySide6.QtCore import (
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QSize,
    QSortFilterProxyModel,
    QStringListModel,
    Qt,
)
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import (
    QComboBox,
    QCompleter,
    QHBoxLayout,
    QLineEdit,
    QListView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from carehub.domain.texts import Texts
from carehub.gui import theme as th
from carehub.gui.editors.base import ENTER_KEYS, Editor
from carehub.gui.editors.lines import place_cursor
from carehub.gui.theme import Theme

SHOWN = 8
"""Lines of the list that are seen at once."""


@dataclass(frozen=True, slots=True)
class Option:
    """What is stored, what is shown, and everyday words that mean the same."""

    code: str
    name: str
    words: tuple[str, ...] = ()


@lru_cache(maxsize=20_000)
def spellings(name: str) -> tuple[str, ...]:
    """Ways to type a name: itself, its pinyin, its initials."""
    syllables = lazy_pinyin(name, style=Style.NORMAL)
    return name.casefold(), "".join(syllables).casefold(), "".join(s[:1] for s in syllables).casefold()


def rank(option: Option, typed: str) -> int:
    """How well what was typed fits: 0 the name itself, 1 its beginning, 2 a word for it, 3 within it, 9 not."""
    key = "".join(typed.casefold().split())
    ways = spellings(option.name)
    if key in (ways[0], ways[1], option.code.casefold()):
        return 0
    if any(way.startswith(key) for way in ways):
        return 1
    if any(way.startswith(key) for word in option.words for way in spellings(word)):
        return 2
    within = key in ways[0] or (len(key) > 1 and (key in ways[1] or key in ways[2]))
    return 3 if within else 9


class Matches(QSortFilterProxyModel):
    """The options that fit what was typed, best first."""

    def __init__(self, options: Sequence[Option]) -> None:
        super().__init__()
        self._options, self._ranks = list(options), [0] * len(options)
        self._source = QStringListModel([o.name for o in options])
        self.setSourceModel(self._source)
        self.sort(0)

    def narrow(self, typed: str) -> None:
        """Keeps what fits."""
        self._ranks = [rank(o, typed) if typed.strip() else 0 for o in self._options]
        self.invalidate()

    def filterAcceptsRow(self, row: int, _parent: QModelIndex | QPersistentModelIndex) -> bool:
        return self._ranks[row] < 9

    def lessThan(self, left: QModelIndex | QPersistentModelIndex, right: QModelIndex | QPersistentModelIndex) -> bool:
        return (self._ranks[left.row()], left.row()) < (self._ranks[right.row()], right.row())


class _Lines(QStyledItemDelegate):
    """Lines of the list as high as a row: a comfortable target."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._row = theme.row

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(super().sizeHint(option, index).width(), self._row)


class _Box(QComboBox):
    """A combo box that scrolling past does not change."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._arrow, self._side = theme.icon("fa6s.chevron-down", th.MUTED), theme.text(0.75)
        self._edge = theme.px(th.GAP_M)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        side = self._side
        place = QRect(self.width() - self._edge - side, (self.height() - side) // 2, side, side)
        self._arrow.paint(QPainter(self), place)


class ChoiceEditor(Editor):
    """A code or a record out of many. What is typed and fits nothing stays and is a problem, never lost."""

    def __init__(self, theme: Theme, tr: Texts, options: Sequence[Option], *, width: int = 360) -> None:
        super().__init__(theme, tr)
        self._options = list(options)
        self.box = _Box(theme)
        self.box.setEditable(True)
        self.box.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.box.setMaxVisibleItems(SHOWN)
        self.box.setFixedWidth(theme.px(width))
        self.box.addItem("", "")
        for option in self._options:
            self.box.addItem(option.name, option.code)
        self.box.setCurrentIndex(0)
        self.line = self._dress()
        self._list = self._completer()
        body = QHBoxLayout(self)
        body.setContentsMargins(0, 0, 0, 0)
        body.addWidget(self.box)
        body.addStretch(1)
        self.box.activated.connect(lambda _index: self.changed.emit())
        self.line.textEdited.connect(self._typed)
        self.watch(self.box)

    @property
    def target(self) -> QWidget:
        return self.box

    def text(self) -> str:
        typed = self.line.text().strip()
        return next((o.code for o in self._options if o.name == typed), typed)

    def set_text(self, text: str) -> None:
        self.box.setCurrentIndex(max(0, self.box.findData(text)) if text else 0)
        if text and self.text() != text:
            self.box.setEditText(text)

    def set_name(self, name: str) -> None:
        super().set_name(name)
        self.line.setAccessibleName(name)

    def place_cursor(self, mend: bool) -> None:
        place_cursor(self.line, mend)

    def tidy(self) -> None:
        """The one option that fits what was typed takes its place: `hz` becomes 汉族 only when nothing else fits."""
        typed = self.line.text().strip()
        if typed and all(o.name != typed for o in self._options):
            best = self._best(typed)
            if best:
                self.set_text(best.code)
                self.changed.emit()

    def _best(self, typed: str) -> Option | None:
        exact = [o for o in self._options if typed in o.words]
        ranked = sorted((rank(o, typed), i) for i, o in enumerate(self._options))
        fitting = exact or [self._options[i] for r, i in ranked if r == ranked[0][0] and r < 9]
        return fitting[0] if len(fitting) == 1 else None

    def key_pressed(self, event: QKeyEvent) -> bool:
        if event.key() in ENTER_KEYS:
            self.tidy()
        return super().key_pressed(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is not self.popup:
            return super().eventFilter(watched, event)
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and event.key() in ENTER_KEYS:
            self._take_from_list()
            return True
        return False

    def _take_from_list(self) -> None:
        """Enter in the list takes the line that is marked, or the only one that fits; else the list stays open."""
        marked, best = self.popup.currentIndex(), self._best(self.line.text().strip())
        name = str(marked.data()) if marked.isValid() else best.name if best else ""
        if name:
            self.popup.hide()
            self._picked(name)
            self.entered.emit()

    def _typed(self, text: str) -> None:
        self._matches.narrow(text)
        if text.strip():
            self._list.complete()
        self.changed.emit()

    def _picked(self, name: str) -> None:
        self.box.setCurrentIndex(max(0, self.box.findText(name)))
        self.changed.emit()

    def _dress(self) -> QLineEdit:
        line = QLineEdit()
        self.box.setLineEdit(line)
        line.setStyleSheet("border: none; padding: 0; min-height: 0; background: transparent;")
        self.box.view().setItemDelegate(_Lines(self.theme, self.box))
        return line

    def _completer(self) -> QCompleter:
        self._matches = Matches(self._options)
        made = QCompleter(self._matches, self)
        made.setCompletionMode(QCompleter.CompletionMode.UnfilteredPopupCompletion)
        made.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        made.setMaxVisibleItems(SHOWN)
        self.popup = QListView()
        made.setPopup(self.popup)
        self.popup.setStyleSheet(
            f"QListView {{ border: 1px solid {th.EDGE}; outline: none;"
            f" selection-background-color: {th.TINT}; selection-color: {th.ACCENT}; }}"
            f"QListView::item {{ padding: 0 {self.theme.px(th.GAP_M)}px; }}"
        )
        self.popup.setItemDelegate(_Lines(self.theme, self.box))
        made.activated.connect(self._picked)
        self.box.setCompleter(made)
        self.popup.installEventFilter(self)
        return made


def options_of_pairs(pairs: Sequence[tuple[str, str]]) -> list[Option]:
    """Options from (id, name) pairs."""
    return [Option(code, name) for code, name in pairs]
