"""The model of a table: rows of an ordered list of ids, fetched a chunk at a time as they come into sight."""

from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QColor, QIcon

from carehub.domain.codes import Codebook
from carehub.domain.facts import Fact, Kind, facts_of
from carehub.domain.masking import masked
from carehub.domain.money import yuan
from carehub.domain.record import Record
from carehub.domain.sheet_number import grouped
from carehub.domain.texts import Texts, mark

CHUNK, KEPT = 100, 24
"""Rows fetched at a time, and how many such chunks stay in memory."""

Index = QModelIndex | QPersistentModelIndex
Fetch = Callable[[list[str]], Sequence[Any]]
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
NOWHERE = QModelIndex()


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `icon` and `colour` stand beside the words of a state, never for them; `width` is a hint."""

    name: str
    title: str
    show: Callable[[Any], str]
    align: Qt.AlignmentFlag = LEFT
    width: int = 0
    icon: Callable[[Any], QIcon | None] | None = None
    colour: Callable[[Any], str] | None = None
    sortable: bool = True


def shown(fact: Fact, value: object, tr: Texts, codes: Codebook, names: Mapping[str, str]) -> str:
    """A stored value as it stands in a table."""
    if value is None or value == "":
        return ""
    if fact.codes:
        text = codes[fact.codes].name_of(value, tr)
    elif fact.kind is Kind.BOOLEAN:
        text = tr(mark("Yes")) if value else tr(mark("No"))
    elif fact.kind is Kind.REFERENCE:
        text = names.get(str(value), "")
    elif fact.name == "sheet_no":
        text = grouped(str(value))  # as it stands on the paper
    elif fact.kind is Kind.MONEY and isinstance(value, int):
        text = yuan(value)
    else:
        text = " ".join(str(value).split())
    return masked(fact, text) if fact.sensitive and text else text


def columns_from(
    record: type[Record], tr: Texts, codes: Codebook, *, names: Sequence[str] | None = None
) -> list[Column]:
    """Columns of whole records: of their listed facts, or of those named; sensitive ones are masked."""
    facts = facts_of(record)
    chosen = names if names is not None else [name for name, f in facts.items() if f.listed]
    return [_column(facts[name], tr, codes) for name in chosen]


def _column(fact: Fact, tr: Texts, codes: Codebook) -> Column:
    align = RIGHT if fact.kind in (Kind.INTEGER, Kind.MONEY) else LEFT
    return Column(
        fact.name, headed(fact, tr), lambda row: shown(fact, getattr(row, fact.name), tr, codes, {}), align,
        sortable=fact.kind is not Kind.REFERENCE,
    )  # fmt: skip


def headed(fact: Fact, tr: Texts) -> str:
    """The head of a fact's column, with its unit."""
    return tr("{label} ({unit})", label=tr(fact.label), unit=tr(fact.unit)) if fact.unit else tr(fact.label)


@dataclass(frozen=True, slots=True)
class Chunk:
    """Rows that lie together, and column by column their words: said once, however often they are drawn."""

    rows: Sequence[Any]
    words: Sequence[Sequence[str | None]]


class RowsModel(QAbstractTableModel):
    """Rows of an ordered list of ids. `fetch` gets ids and gives their rows in the same order, None for a row that
    is gone; it is asked for one chunk at a time, when something of it is to be drawn."""

    sort_asked = Signal(str, bool)

    def __init__(self, columns: Sequence[Column], fetch: Fetch) -> None:
        super().__init__()
        self.columns, self._fetch = list(columns), fetch
        self._ids: list[str] = []
        self._chunks: OrderedDict[int, Chunk] = OrderedDict()
        self._sorted: tuple[int, bool] | None = None

    def set_columns(self, columns: Sequence[Column]) -> None:
        """Shows other columns of the same rows."""
        self.beginResetModel()
        self.columns, self._sorted = list(columns), None
        self._chunks.clear()
        self.endResetModel()

    def set_ids(self, ids: Sequence[str]) -> None:
        """Shows other rows, or the same in another order."""
        self.beginResetModel()
        self._ids = list(ids)
        self._chunks.clear()
        self.endResetModel()

    def refresh(self) -> None:
        """Fetches what is seen again: the rows are the same, their contents may have changed."""
        self._chunks.clear()
        if self._ids:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._ids) - 1, len(self.columns) - 1))

    def ids(self) -> list[str]:
        return list(self._ids)

    def id_at(self, row: int) -> str:
        return self._ids[row]

    def row_of(self, id: str) -> int:
        """Where a record stands, or -1."""
        return self._ids.index(id) if id in self._ids else -1

    def row_at(self, row: int) -> Any:
        """The row itself, fetched with its chunk if need be, or None if it is gone."""
        chunk, place = self.chunk(row // CHUNK), row % CHUNK
        return chunk.rows[place] if place < len(chunk.rows) else None

    def chunk(self, number: int) -> "Chunk":
        """So many rows at once, with the words of all their cells, fetched if need be."""
        if number in self._chunks:
            self._chunks.move_to_end(number)
        else:
            rows = self._fetch(self._ids[number * CHUNK : (number + 1) * CHUNK])
            words = [[c.show(row) if row is not None else None for row in rows] for c in self.columns]
            self._chunks[number] = Chunk(rows, words)
            while len(self._chunks) > KEPT:
                self._chunks.popitem(last=False)
        return self._chunks[number]

    def rowCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._ids)

    def columnCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.columns)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        column = self.columns[index.column()]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return column.align
        wants_colour = role == Qt.ItemDataRole.ForegroundRole and column.colour
        wants_icon = role == Qt.ItemDataRole.DecorationRole and column.icon
        if not (role == Qt.ItemDataRole.DisplayRole or wants_colour or wants_icon):
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            number, place = divmod(index.row(), CHUNK)
            words = self.chunk(number).words[index.column()]
            return words[place] if place < len(words) else None
        row = self.row_at(index.row())
        if row is None:
            return None
        if wants_colour and column.colour:
            return QColor(column.colour(row))
        return column.icon(row) if column.icon else None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            arrow = (" ↓" if self._sorted[1] else " ↑") if self._sorted and self._sorted[0] == section else ""
            return self.columns[section].title + arrow
        return self.columns[section].align if role == Qt.ItemDataRole.TextAlignmentRole else None

    def show_sorting(self, column: int, descending: bool) -> None:
        """Marks the column by which the ids are in order."""
        self._sorted = (column, descending)
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(self.columns) - 1)

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Only asks: the order of the ids is found where all rows are, in the store."""
        if 0 <= column < len(self.columns) and self.columns[column].sortable:
            self.sort_asked.emit(self.columns[column].name, order is Qt.SortOrder.DescendingOrder)
