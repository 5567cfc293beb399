"""Two files that may be of one person, side by side: the reason, what differs, and three answers."""

from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QWidget

from carehub.domain.masking import masked
from carehub.domain.records import RECORDS
from carehub.gui import theme as th
from carehub.gui.desktop import Desktop
from carehub.gui.widgets.basics import Card, button, clear, column, label, look, row
from carehub.gui.widgets.flow import flow
from carehub.gui.widgets.masked import MaskedLabel
from carehub.gui.widgets.notice import icon_label
from carehub.services.duplicates import LIKELY, REASONS, Comparison, File, Line, Linked, Suggestion


class Matcher(Protocol):
    """What a card asks of the panel it stands in."""

    def same(self, one: str, to: str) -> None: ...
    def not_same(self, suggestion: Suggestion) -> None: ...
    def put_off(self, suggestion: Suggestion) -> None: ...


class DuplicateCard(Card):
    """The file at the left stands for both if they are the same; it can be changed."""

    def __init__(self, desktop: Desktop, comparison: Comparison, matcher: Matcher, *, later: bool = False) -> None:
        super().__init__(desktop.theme)
        self._d, self._comparison, self._matcher, self._later = desktop, comparison, matcher, later
        self._swapped = False
        tr, theme = desktop.tr, desktop.theme
        suggestion = comparison.suggestion
        kind = label(tr(RECORDS[suggestion.kind].about.label), "muted")
        self.body.addLayout(row(label(comparison.name, "title"), kind, 1, gap=theme.px(th.GAP_M)))
        sure = icon_label(theme, "fa6s.equals" if suggestion.score >= LIKELY else "fa6s.question", th.ACCENT)
        why = tr("{sure}: {reason}", sure=tr(suggestion.sure), reason=tr(REASONS[suggestion.reason]))
        line = row(sure, label(why), gap=theme.px(th.GAP_S))
        line.setStretch(1, 1)
        self.body.addLayout(line)
        self._table = column()
        self.body.addLayout(self._table)
        self._fill()
        self._add_answers()

    def _files(self) -> tuple[File, File]:
        one, other = self._comparison.files
        return (other, one) if self._swapped else (one, other)

    def _fill(self) -> None:
        clear(self._table)
        theme, tr = self._d.theme, self._d.tr
        grid = QGridLayout()
        grid.setHorizontalSpacing(theme.px(th.GAP_M))
        grid.setVerticalSpacing(theme.px(th.GAP_XS))
        files = self._files()
        for n, file in enumerate(files, start=1):
            words = tr("stands for both") if n == 1 else tr("is shown with it")
            grid.addWidget(self._head(file, words), 0, n)
            grid.setColumnStretch(n, 1)
        apart = [line for line in self._comparison.lines if line.one != line.other]
        for at, line in enumerate(apart, start=1):
            self._add_line(grid, at, line, files)
        holder = QWidget()
        holder.setLayout(grid)
        self._table.addWidget(holder)
        if same := self._alike():
            self._table.addWidget(label(tr("The same in both: {facts}", facts=same), "muted"))

    def _alike(self) -> str:
        """What agrees, in one line: what differs is what must be looked at."""
        tr = self._d.tr
        alike = [line for line in self._comparison.lines if line.one == line.other]
        parts = (f"{tr(x.fact.label)} {masked(x.fact, x.one) if x.fact.sensitive else x.one}" for x in alike)
        return tr.pick("；", "; ").join(parts)

    def _head(self, file: File, words: str) -> QWidget:
        tr = self._d.tr
        count = tr("{count} visits", count=file.events) if self._comparison.suggestion.kind == "child" else tr(
            "{count} pairings", count=file.events)  # fmt: skip
        head = QWidget()
        head.setLayout(column(label(file.site or tr("(unknown)"), "strong"), label(f"{count} · {words}", "small")))
        return head

    def _add_line(self, grid: QGridLayout, at: int, line: Line, files: tuple[File, File]) -> None:
        tr, theme = self._d.tr, self._d.theme
        name = tr(line.fact.label)
        grid.addWidget(label(name, "muted", wrap=theme.scale > 1.3), at, 0, Qt.AlignmentFlag.AlignVCenter)
        texts = (line.other, line.one) if self._swapped else (line.one, line.other)
        for n, (text, file) in enumerate(zip(texts, files, strict=True), start=1):
            grid.addWidget(self._value(line, text, file), at, n)

    def _value(self, line: Line, text: str, file: File) -> QWidget:
        """A value; where both differ it stands in a frame, with a sign before it."""
        d, tr = self._d, self._d.tr
        if text and line.fact.sensitive:
            shown: QWidget = MaskedLabel(d, line.fact, text, file.row)
        else:
            shown = label(text or tr("(empty)"), "strong" if line.differs else "" if text else "muted")
        if not line.differs:
            return shown
        sign = label("≠", "strong", wrap=False)
        sign.setAccessibleName(tr("differs"))
        held = QFrame()
        look(held, "banner-caution")
        inner = row(sign, shown, gap=d.theme.px(th.GAP_S))
        inner.setStretch(1, 1)
        edge = d.theme.px(th.GAP_S)
        inner.setContentsMargins(edge, d.theme.px(th.GAP_XS), edge, d.theme.px(th.GAP_XS))
        held.setLayout(inner)
        return held

    def _add_answers(self) -> None:
        tr, theme = self._d.tr, self._d.theme
        suggestion, who = self._comparison.suggestion, self._comparison.name
        answers = [
            button(tr("They are the same person"), self._same, theme=theme, kind="primary", icon="fa6s.link"),
            button(tr("They are not"), lambda: self._matcher.not_same(suggestion), theme=theme, icon="fa6s.not-equal"),
            button(tr("Look at it later"), lambda: self._matcher.put_off(suggestion), theme=theme, icon="fa6s.clock"),
            button(tr("Swap sides"), self._swap, theme=theme, icon="fa6s.right-left", kind="plain"),
        ]
        if self._later:
            answers.pop(2)
        for made in answers:
            made.setAccessibleName(f"{who}: {made.text().strip()}")
        self.body.addWidget(flow(theme, *answers))

    def _same(self) -> None:
        stands, other = self._files()
        self._matcher.same(other.row.id, stands.row.id)

    def _swap(self) -> None:
        self._swapped = not self._swapped
        self._fill()


class LinkedCard(Card):
    """A file that is shown with another, and the way to take it apart again."""

    def __init__(self, desktop: Desktop, link: Linked, on_unlink: Callable[[], object], *, here: bool = False) -> None:
        """`here`: it stands on the page of the one it is shown with."""
        tr, theme = desktop.tr, desktop.theme
        if here:
            told = tr("The file of “{site}” is of the same child and is shown here as well.", site=link.site)
        else:
            told = tr("{one} of “{site}” is shown with {other} of “{there}”", one=link.name, site=link.site,
                      other=link.root_name, there=link.root_site)  # fmt: skip
        kind = label(tr(RECORDS[link.kind].about.label), "small")
        kind.setVisible(not here)
        apart = button(tr("Take apart"), on_unlink, theme=theme, icon="fa6s.link-slash")
        apart.setAccessibleName(tr("Take apart: {who}", who=told))
        line = row(column(label(told), kind), apart, gap=theme.px(th.GAP_M))
        line.setStretch(0, 1)
        super().__init__(theme, line)
