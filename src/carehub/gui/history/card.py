"""The history of a record: its changes as sentences, the newest first, and the way back from one's own last one."""

from PySide6.QtWidgets import QWidget

from carehub.domain.errors import CareHubError
from carehub.domain.record import Record
from carehub.gui import theme as th
from carehub.gui.desktop import Desktop
from carehub.gui.widgets.basics import Card, button, clear, column, label, row
from carehub.services import history, labels, undoing
from carehub.services.history import Altered, Entry

FEW = 5
"""Changes shown until somebody asks for all."""


class HistoryCard(Card):
    """Shows the changes of one row; asking for all of them unfolds it."""

    def __init__(self, desktop: Desktop, record: type[Record], row_id: str) -> None:
        super().__init__(desktop.theme, label(desktop.tr("Who changed what when"), "heading"))
        self._desktop, self._record, self._row_id = desktop, record, row_id
        self._all = False
        self._lines = column(gap=desktop.theme.px(th.GAP_S))
        self.body.addLayout(self._lines)
        self.reload()

    def reload(self) -> None:
        """Reads the changes again."""
        clear(self._lines)
        tr, theme = self._desktop.tr, self._desktop.theme
        found = history.of_row(self._desktop.desk, self._record, self._row_id)
        shown = found if self._all else found[:FEW]
        for entry in shown:
            self._lines.addWidget(self._line(entry))
        if len(found) > len(shown):
            more = button(tr("Show all {count} changes", count=len(found)), self._unfold, theme=theme, kind="plain")
            self._lines.addLayout(row(more, 1))

    def _unfold(self) -> None:
        self._all = True
        self.reload()

    def _line(self, entry: Entry) -> QWidget:
        tr, theme = self._desktop.tr, self._desktop.theme
        who = "　".join(x for x in (entry.author or tr("(unknown)"), entry.site) if x)
        what = tr("first written") if entry.first else tr("changed")
        made = QWidget()
        lines = [label(f"{labels.moment(entry.at)}　{who}　{what}", "strong")]
        if told := tr.pick("；", "; ").join(self._field(f, first=entry.first) for f in entry.fields):
            lines.append(label(told, "small"))
        texts = column(*lines, gap=theme.px(th.GAP_XS))
        line = row(texts, gap=theme.px(th.GAP_M))
        if entry.back is not None:
            line.addWidget(button(tr("Take my last step back"), lambda: self._undo(entry), theme=theme))
        line.setStretch(0, 1)
        made.setLayout(line)
        return made

    def _field(self, field: Altered, *, first: bool) -> str:
        tr = self._desktop.tr
        after, colon = _short(field.after) or tr("(empty)"), tr.pick("：", ": ")
        if first or not field.before:
            return f"{field.label}{colon}{after}"
        return f"{field.label}{colon}{_short(field.before)} → {after}"

    def _undo(self, entry: Entry) -> None:
        assert entry.back is not None
        try:
            touched = undoing.undo(self._desktop.desk, entry.back)
        except CareHubError as error:
            self._desktop.frame.complain(error)
            return
        self._desktop.frame.changed(touched)
        self._desktop.frame.say(self._desktop.tr("Undone: everything is as it was before."))


def _short(text: str) -> str:
    return text if len(text) <= 60 else text[:60] + "…"
