"""The columns of a list: made from the facts, and chosen by whoever reads it."""

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QMenu, QWidget

from carehub.domain.codes import Codebook
from carehub.domain.facts import Fact, Kind
from carehub.domain.listing import sortable
from carehub.domain.masking import masked
from carehub.domain.texts import Texts, mark
from carehub.gui.rows import LEFT, RIGHT, Column, headed, shown
from carehub.store.listing import Row

TYPED = (Kind.TEXT, Kind.LONG, Kind.NAME, Kind.PHONE, Kind.IDENTITY_NO)
CHOOSING = (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter)


def columns_of(facts: Mapping[str, Fact], tr: Texts, codes: Codebook, names: Mapping[str, str]) -> dict[str, Column]:
    """A column for each fact, by name; sensitive ones are masked and not sorted by. `names`: id → name of what rows
    refer to."""

    def made(fact: Fact) -> Column:
        return Column(
            fact.name,
            headed(fact, tr),
            _showing(fact, tr, codes, names),
            RIGHT if fact.kind in (Kind.INTEGER, Kind.MONEY) else LEFT,
            sortable=sortable(fact),
        )

    return {fact.name: made(fact) for fact in facts.values()}


def _showing(fact: Fact, tr: Texts, codes: Codebook, names: Mapping[str, str]) -> Callable[[Row], str]:
    """What a cell says, from what the database keeps: like `tables.shown`, with everything that is the same for all
    rows done beforehand."""
    name = fact.name
    if fact.sensitive and fact.kind in TYPED:
        return lambda row: masked(fact, " ".join((row.cells[name] or "").split()))
    if fact.sensitive:
        return lambda row: shown(fact, getattr(row, name), tr, codes, names)
    if fact.kind is Kind.CHOICE:
        words: dict[object, str] = {None: "", "": ""}
        for code in codes[fact.codes]:
            words[int(code.code) if fact.number else code.code] = tr.pick(code.zh, code.en)
        return lambda row: words.get(row.cells[name]) or str(row.cells[name] or "")
    if fact.kind is Kind.BOOLEAN:
        flags = {1: tr("Yes"), 0: tr("No"), None: ""}
        return lambda row: flags[row.cells[name]]
    if fact.kind is Kind.REFERENCE:
        return lambda row: names.get(row.cells[name], "")
    if fact.kind in (Kind.CHOICES, Kind.MONEY) or name == "sheet_no":
        return lambda row: shown(fact, row.cells[name], tr, codes, names)
    if fact.kind in (Kind.LONG, Kind.TEXT):
        return lambda row: " ".join((row.cells[name] or "").split())

    def plain(row: Row) -> str:
        value = row.cells[name]
        return "" if value is None else str(value)

    return plain


class ColumnMenu(QMenu):
    """Columns to tick: space or a click shows or hides one, and the menu stays; Ctrl with an arrow moves one that is
    shown. `chosen` gives the names of the shown ones in their order; none asks for the usual ones again."""

    chosen = Signal(list)

    def __init__(self, parent: QWidget, tr: Texts) -> None:
        super().__init__(parent)
        self._tr = tr
        self._names: dict[QAction, str] = {}
        self.setToolTipsVisible(True)

    def offer(self, columns: Mapping[str, Column], seen: Sequence[str]) -> None:
        """Shows these columns: those in sight first, in their order."""
        self.clear()
        self._names = {}
        for name in [*seen, *(n for n in columns if n not in seen)]:
            action = self.addAction(columns[name].title.replace("&", "&&"))
            action.setCheckable(True)
            action.setChecked(name in seen)
            self._names[action] = name
        self.addSeparator()
        self.addAction(self._tr(mark("The usual columns")), lambda: self.chosen.emit([]))
        self.addAction(self._tr(mark("Ctrl+↑ or Ctrl+↓ moves a column"))).setEnabled(False)

    def seen(self) -> list[str]:
        """The ticked columns in their order."""
        return [name for action, name in self._names.items() if action.isChecked()]

    def toggle(self, action: QAction) -> None:
        """Shows or hides a column; the last one stays."""
        if action.isChecked() and len(self.seen()) == 1:
            return
        action.setChecked(not action.isChecked())
        self.chosen.emit(self.seen())

    def move_by(self, action: QAction, step: int) -> None:
        """Moves a column towards the left (-1) or the right (1)."""
        actions = list(self._names)
        at = actions.index(action)
        to = at + step
        if not 0 <= to < len(actions):
            return
        actions.insert(to, actions.pop(at))
        self._names = {a: self._names[a] for a in actions}
        self.removeAction(action)
        after = actions[to + 1] if to + 1 < len(actions) else self.actions()[len(actions) - 1]
        self.insertAction(after, action)
        self.setActiveAction(action)
        self.chosen.emit(self.seen())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        action = self.actionAt(event.position().toPoint())
        if action in self._names:
            self.toggle(action)
        else:
            super().mouseReleaseEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        action, held = self.activeAction(), event.modifiers() & Qt.KeyboardModifier.ControlModifier
        steps = {int(Qt.Key.Key_Up): -1, int(Qt.Key.Key_Down): 1}
        if action in self._names and held and event.key() in steps:
            self.move_by(action, steps[event.key()])
        elif action in self._names and event.key() in CHOOSING:
            self.toggle(action)
        else:
            super().keyPressEvent(event)
