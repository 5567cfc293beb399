"""A list of any record, made from its facts: search, filters, columns of choice, any order, selection, Excel."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import ClassVar, TypeAlias

from PySide6.QtWidgets import QPushButton, QWidget

from carehub.domain.facts import facts_of
from carehub.domain.filters import Condition
from carehub.domain.record import Record
from carehub.domain.rights import Right
from carehub.domain.texts import mark
from carehub.gui import theme as th
from carehub.gui.desktop import Desktop, Page
from carehub.gui.lists.bar import FilterBar
from carehub.gui.lists.columns import ColumnMenu, columns_of
from carehub.gui.lists.taking_out import TakingOut
from carehub.gui.rows import Column
from carehub.gui.tables import RecordTable
from carehub.gui.widgets.basics import button, chain, column, icon_button, label, look
from carehub.gui.widgets.flow import flow
from carehub.gui.widgets.notice import EmptyState
from carehub.services import listing
from carehub.store.queries import Wanted

WIDE_TEXT = 1.5
"""At larger text (times the standard) only what tells rows apart fits into a line."""
AT_ONCE = 20_000
"""A list of more rows is read by the worker: the window never waits for it."""


Way: TypeAlias = tuple[str, Callable[[], object]]


class ListPage(Page):
    """Search, filters, sortable columns, count; Enter opens a row. Subclasses say which record and words."""

    record: ClassVar[type[Record]]
    form_address = ""
    open_as = ""
    empty_hint = ""
    add_word = ""
    few: tuple[str, ...] = ()
    """The columns at the largest text, as long as nobody chose others."""
    usual: tuple[str, ...] = ()
    """The columns otherwise; all that are listed if nothing is said here."""
    first: Wanted = Wanted()
    """What is shown before anybody asks for something else."""

    def __init__(self, desktop: Desktop) -> None:
        super().__init__(desktop)
        self.names: dict[str, str] = {}
        self.facts = listing.facts(self.desk, self.record)
        own = columns_of(self.facts, self.texts, self.desk.codes, self.names)
        more = {c.name: c for c in self.more_columns()}
        self.offered, self._more = own | more, list(more)
        self.look = listing.look(self.desk, self.record)
        self.wanted = self.first
        self._asked = self._answered = 0
        if self.look.order in own:
            self.wanted = replace(self.first, order=self.look.order, descending=self.look.descending)
        self._make_table()
        self.count = label("", "muted", wrap=False)
        self.count.setMinimumHeight(self.theme.row)
        self.filters = FilterBar(desktop, self.record, self.count)
        self.filters.changed.connect(lambda conditions: self.want(conditions=conditions))
        self.filters.left.connect(self.table.setFocus)
        self.taking_out = TakingOut(desktop, self.record, self.seen_columns, self.table)
        buttons = [*self.more_buttons(), *self._usual_buttons()]
        self.tools = flow(self.theme, *buttons, right=True)
        self.empty = EmptyState(
            self.theme, self.record.about.icon, self.texts("Nothing here yet"), self.texts(self.empty_hint),
            *self._ways_to_begin(),
        )  # fmt: skip
        self.empty.hide()  # shown beside the list even for a moment, it makes the window taller than the screen
        self.none = label(self.texts(mark("Nothing fits. Lift a condition, or search for something else.")), "muted")
        self.none.hide()
        self.content = self.arrange()
        parts = (self.tools, self.filters, self.none, self.content, self.empty, self.taking_out.progress)
        body = column(*parts, gap=self.theme.px(th.GAP_S))
        body.setStretch(3, 1)
        body.setStretch(4, 1)
        body.setContentsMargins(self.edge, self.theme.px(th.GAP_M), self.edge, self.theme.px(th.GAP_L))
        self.setLayout(body)
        inside = (self.filters.panel.field.target, self.filters.panel.how)
        chain(*buttons, self.filters.offer, self.filters.add, *inside)  # as the eye goes
        chain(self.filters.panel.stops[-1], self.filters.saving.name)
        chain(self.filters.saving.stops[-1], self.table)

    def _make_table(self) -> None:
        self.table = RecordTable(self.theme, self.title, self.seen_columns(), self.fetch)
        self.table.opened.connect(lambda i: self.frame.open_address(f"{self.open_as}/{i}"))
        self.table.sort_asked.connect(self._sort)
        self.table.arranged.connect(self._arranged)
        self.table.show_sorting(self.wanted.order or self.record.about.title, self.wanted.descending)

    def _usual_buttons(self) -> list[QWidget]:
        """Columns and Excel, and the primary button at the end."""
        tr, theme = self.texts, self.theme
        self.column_menu = ColumnMenu(self, tr)
        self.column_menu.chosen.connect(self.choose_columns)
        self.columns_button = self.tool(mark("Columns"), "fa6s.table-columns", self._open_columns)
        self.excel = self.tool(mark("To Excel"), "fa6s.file-excel", lambda: self.taking_out.begin(self.excel))
        self.excel.setVisible(self.desk.may(Right.TAKE_OUT))
        add = button(tr(self.add_word), self._add, theme=theme, icon="fa6s.plus", kind="primary")
        return [self.columns_button, self.excel, add]

    def tool(self, word: str, icon: str, on_click: Callable[[], object]) -> QPushButton:
        """A button of the list; at the largest text its icon alone, so that all of them fit into a line."""
        if self.theme.scale > WIDE_TEXT:
            made = icon_button(self.texts(word), icon, on_click, theme=self.theme)
            look(made, "")
            return made
        return button(self.texts(word), on_click, theme=self.theme, icon=icon)

    @property
    def title(self) -> str:
        return self.texts(self.record.about.plural)

    # --- columns ---

    def more_columns(self) -> list[Column]:
        """Columns that no fact stands behind, or that are shown in another way than their facts; shown at first."""
        return []

    def first_columns(self) -> list[str]:
        """The columns as long as nobody chose others."""
        large = self.theme.scale > WIDE_TEXT and self.few
        chosen = list(self.few if large else self.usual or listing.usual(self.desk, self.record))
        return [*chosen, *(name for name in self._more if name not in chosen)]

    def seen_columns(self) -> list[Column]:
        """The columns in sight, in their order."""
        chosen = [n for n in self.look.columns if n in self.offered] or self.first_columns()
        return [self.offered[n] for n in chosen]

    def choose_columns(self, names: Sequence[str]) -> None:
        """Shows these columns from now on, none: the usual ones; kept for the next time."""
        self._keep_look(columns=tuple(names))
        self.table.set_columns(self.seen_columns())
        self.table.show_sorting(self.wanted.order or self.record.about.title, self.wanted.descending)
        if not names:
            self.column_menu.offer(self.offered, [c.name for c in self.seen_columns()])

    def _arranged(self) -> None:
        self._keep_look(columns=tuple(self.table.arrangement()))

    def _keep_look(self, **changes: object) -> None:
        self.look = replace(self.look, **changes)  # type: ignore[arg-type]
        listing.keep_look(self.desk, self.record, self.look)

    def _open_columns(self) -> None:
        self.column_menu.offer(self.offered, [c.name for c in self.seen_columns()])
        self.column_menu.popup(self.columns_button.mapToGlobal(self.columns_button.rect().bottomLeft()))

    # --- rows ---

    def fetch(self, ids: Sequence[str]) -> list[object]:
        """The rows behind some ids, in their order; the names of what they refer to are kept beside. Columns that are
        not made from one fact may ask for any."""
        seen = [c.name for c in self.table.rows.columns]
        own = facts_of(self.record) if any(n in self._more for n in seen) else ()
        shown = list(dict.fromkeys([*(n for n in seen if n in self.facts), *own]))
        rows, names = listing.page(self.desk, self.record, ids, shown)
        self.names |= names
        return list(rows)

    def more_buttons(self) -> list[QWidget]:
        """Further buttons beside the usual ones."""
        return []

    def further_ways(self) -> list[Way]:
        """How an empty list may be begun, other than by adding one row: (words, what to do), the usual one first."""
        return []

    def _ways_to_begin(self) -> tuple[str, Callable[[], object], list[Way]]:
        ways = [*self.further_ways()]
        ways.append((self.texts(self.add_word), self._add))
        return *ways[0], ways[1:]

    def arrange(self) -> QWidget:
        """The table, perhaps with a preview beside it."""
        return self.table

    def reload(self) -> None:
        """Reads the list: a short one at once, a long one on the worker, and again if somebody asked meanwhile."""
        self._asked += 1
        if listing.count(self.desk, self.record, AT_ONCE) < AT_ONCE:
            self.show_ids(listing.ids(self.desk, self.record, self.wanted))
        elif self._asked == self._answered + 1:
            self._read()

    def _read(self) -> None:
        self.count.setText(self.texts(mark("Reading …")))
        number, wanted = self._asked, self.wanted
        self.desktop.jobs.call(
            partial(listing.ids, self.desk, self.record, wanted), partial(self._have_read, number), self._failed
        )

    def _have_read(self, number: int, ids: Sequence[str]) -> None:
        self._answered = self._asked
        if number == self._asked:
            self.show_ids(ids)
        else:
            self._asked += 1
            self._read()

    def _failed(self, error: Exception) -> None:
        self._answered = self._asked
        self.frame.complain(error)

    def show_ids(self, found: Sequence[str]) -> None:
        """Shows the rows that were found."""
        self._answered = self._asked
        wanted = self.wanted
        self.table.set_ids(found)
        nothing = not found and not self.narrowed
        self.none.setVisible(not found and not nothing)
        self.content.setVisible(not nothing)
        self.empty.setVisible(nothing)
        self.tools.setVisible(not nothing)  # where there is nothing, nothing can be printed, planned or taken out
        self.filters.setVisible(not nothing)
        shown = self.texts("{count} records", count=len(found))
        self.count.setText(f"{shown}　“{wanted.search}”" if wanted.search else shown)

    def search_for(self, text: str) -> bool:
        self.want(search=text.strip())
        return True

    def want(self, **changes: object) -> None:
        """Changes what is shown and reads it."""
        self.wanted = replace(self.wanted, **changes)  # type: ignore[arg-type]
        self.reload()

    def filter_by(self, conditions: Sequence[Condition]) -> None:
        """Shows what these conditions let through, as if somebody had chosen them."""
        self.filters.show_conditions(conditions)
        self.want(conditions=tuple(conditions))

    def seen_ids(self) -> list[str]:
        """The rows that are selected, if several are, else all that the list shows."""
        chosen = self.table.selected_ids()
        return chosen if len(chosen) > 1 else self.table.rows.ids()

    @property
    def narrowed(self) -> bool:
        """Whether the list shows some rows of its record only, or several are selected."""
        wanted = self.wanted
        chosen = wanted.search or wanted.filters or wanted.conditions or wanted.only is not None
        return bool(chosen or len(self.table.selected_ids()) > 1)

    def _sort(self, name: str, descending: bool) -> None:
        if name in facts_of(self.record) or name in self.facts:
            self._keep_look(order=name, descending=descending)
        self.want(order=name, descending=descending)

    def _add(self) -> None:
        self.frame.open_address(self.form_address)
