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
    QSize,
    QStringListModel,
    Qt,
)
from PySide6.QtGui import QKeyEvent
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
from carehub.gui.widgets.combo import ComboBox

SHOWN = 8
"""Lines of the list that are seen at once."""
UNFIT = 9


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
    """How well what was typed fits: 0 the name itself, 1 all its initials if they are several, 2 its beginning, 3 a
    word for it, 4 within it, `UNFIT` not."""
    key = "".join(typed.casefold().split())
    ways = spellings(option.name)
    if key in (ways[0], ways[1], option.code.casefold()):
        return 0
    if key == ways[2] and len(key) > 1:
        return 1
    if any(way.startswith(key) for way in ways):
        return 2
    if any(way.startswith(key) for word in option.words for way in spellings(word)):
        return 3
    within = key in ways[0] or (len(key) > 1 and (key in ways[1] or key in ways[2]))
    return 4 if within else UNFIT


class Matches(QStringListModel):
    """The options that fit what was typed, best first."""

    def __init__(self, options: Sequence[Option]) -> None:
        super().__init__()
        self._options = list(options)
        self._found: list[Option] = []

    def replace(self, options: Sequence[Option]) -> None:
        """Other options from now on; nothing is found among them yet."""
        self._options, self._found = list(options), []
        self.setStringList([])

    def narrow(self, typed: str) -> None:
        """Keeps what fits."""
        ranked = [(rank(option, typed), i) for i, option in enumerate(self._options)] if typed.strip() else []
        self._found = [self._options[i] for r, i in sorted(ranked) if r < UNFIT]
        self.setStringList([option.name for option in self._found])

    def option(self, row: int) -> Option:
        """The option in a line of the narrowed list."""
        return self._found[row]


class _Lines(QStyledItemDelegate):
    """Lines of the list as high as a row: a comfortable target."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._row = theme.row

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(super().sizeHint(option, index).width(), self._row)


class ChoiceEditor(Editor):
    """A code or a record out of many. What is typed and fits nothing stays and is a problem, never lost."""

    def __init__(self, theme: Theme, tr: Texts, options: Sequence[Option], *, width: int = 360) -> None:
        super().__init__(theme, tr)
        self._options = list(options)
        self._chosen: Option | None = None
        self.box = ComboBox(theme)
        self.box.setEditable(True)
        self.box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.box.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.box.setMaxVisibleItems(SHOWN)
        self.box.setFixedWidth(theme.px(width))
        self.box.setModel(QStringListModel(["", *(option.name for option in self._options)], self.box))
        self.box.setCurrentIndex(0)
        self.line = self._dress()
        self._list = self._completer()
        body = QHBoxLayout(self)
        body.setContentsMargins(0, 0, 0, 0)
        body.addWidget(self.box)
        body.addStretch(1)
        self.box.activated.connect(lambda index: self._choose(self._options[index - 1] if index else None))
        self.line.textEdited.connect(self._typed)
        self.watch(self.box)

    def set_options(self, options: Sequence[Option]) -> None:
        """Offers other options; what is chosen or typed stays."""
        kept = self.text()
        self._options = list(options)
        self.box.setModel(QStringListModel(["", *(option.name for option in self._options)], self.box))
        self._matches.replace(self._options)
        self.set_text(kept)

    @property
    def target(self) -> QWidget:
        return self.box

    def text(self) -> str:
        typed = self.line.text().strip()
        if self._chosen and typed == self._chosen.name:
            return self._chosen.code
        named = [o.code for o in self._options if o.name == typed]
        return named[0] if len(named) == 1 else typed  # of two with one name, none is taken by chance

    def set_text(self, text: str) -> None:
        at = next((i for i, o in enumerate(self._options) if o.code == text), -1)
        self._chosen = self._options[at] if at >= 0 else None
        self.box.setCurrentIndex(at + 1)
        self.box.setEditText(self._chosen.name if self._chosen else text)

    def set_name(self, name: str) -> None:
        super().set_name(name)
        self.line.setAccessibleName(name)

    def place_cursor(self, mend: bool) -> None:
        place_cursor(self.line, mend)

    def tidy(self) -> None:
        """The one option that fits what was typed best takes its place; if several do, the text stays."""
        typed = self.text()
        if typed and all(o.code != typed for o in self._options):
            best = self._best(typed)
            if best:
                self._choose(best)

    def _best(self, typed: str) -> Option | None:
        exact = [o for o in self._options if typed in o.words]
        ranked = sorted((rank(o, typed), i) for i, o in enumerate(self._options))
        fitting = exact or [self._options[i] for r, i in ranked if r == ranked[0][0] and r < UNFIT]
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
        marked = self.popup.currentIndex()
        option = self._matches.option(marked.row()) if marked.isValid() else self._best(self.line.text().strip())
        if option:
            self.popup.hide()
            self._choose(option)
            self.entered.emit()

    def _typed(self, text: str) -> None:
        self._matches.narrow(text)
        if text.strip():
            self._list.complete()
        self.changed.emit()

    def _choose(self, option: Option | None) -> None:
        self.set_text(option.code if option else "")
        self.changed.emit()

    def _dress(self) -> QLineEdit:
        line = QLineEdit()
        self.box.setLineEdit(line)
        line.setStyleSheet("border: none; padding: 0; min-height: 0; background: transparent;")
        view = QListView()
        view.setUniformItemSizes(True)  # two thousand names are measured once, not one by one
        self.box.setView(view)
        view.setItemDelegate(_Lines(self.theme, self.box))
        return line

    def _completer(self) -> QCompleter:
        self._matches = Matches(self._options)
        made = QCompleter(self._matches, self)
        made.setCompletionMode(QCompleter.CompletionMode.UnfilteredPopupCompletion)
        made.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        made.setMaxVisibleItems(SHOWN)
        self.popup = QListView()
        made.setPopup(self.popup)
        self.popup.setUniformItemSizes(True)
        self.popup.setStyleSheet(
            f"QListView {{ border: 1px solid {th.EDGE}; outline: none;"
            f" selection-background-color: {th.TINT}; selection-color: {th.ACCENT}; }}"
            f"QListView::item {{ padding: 0 {self.theme.px(th.GAP_M)}px; }}"
        )
        self.popup.setItemDelegate(_Lines(self.theme, self.box))
        self.box.setCompleter(made)
        picked = made.activated[QModelIndex]  # type: ignore[index]
        picked.connect(lambda index: self._choose(self._matches.option(index.row())))
        self.popup.installEventFilter(self)
        return made


def options_of_pairs(pairs: Sequence[tuple[str, str]]) -> list[Option]:
    """Options from (id, name) pairs."""
    return [Option(code, name) for code, name in pairs]
