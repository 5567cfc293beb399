"""Making the pledges of a class, of a school, or all of last year's again, in one step."""

from datetime import date

from PySide6.QtWidgets import QWidget

from carehub.domain.activities import Pledge
from carehub.domain.drafts import check_value
from carehub.domain.errors import CareHubError
from carehub.domain.facts import facts_of
from carehub.domain.people import Child
from carehub.domain.texts import mark
from carehub.gui import theme as th
from carehub.gui.activities.chooser import GroupBox
from carehub.gui.desktop import Desktop, Page
from carehub.gui.forms import Form
from carehub.gui.widgets.basics import Card, button, column, label, reword, row, scrolling
from carehub.gui.widgets.ticks import TickList, TickRow
from carehub.services import pledges

FIELDS = ("year", "theme", "third_party", "third_name", "expires_on")
LINES = 6
"""Lines of the list that are seen at once."""


def child_words(child: Child) -> str:
    """A child's name with school and class."""
    return f"{child.name}　{''.join(x for x in (child.school, child.grade, child.class_name) if x)}"


class MakePledgesPage(Page):
    """`pledge-make`: which pledge, for whom; who has one already is not in the list."""

    tables = frozenset({"pledge", "child"})

    def __init__(self, desktop: Desktop) -> None:
        super().__init__(desktop)
        theme, tr = self.theme, self.texts
        self.form = Form(Pledge, tr, self.desk.codes, theme, fields=FIELDS)
        self.form.edited.connect(self._edited)
        self._shown: tuple[object, ...] = ()
        self.groups = GroupBox(desktop, renewing=True)
        self.groups.changed.connect(self._list)
        self.ticks = TickList(theme, tr, tr("For whom"), mark("gets one"), mark("gets none"))
        self.ticks.setFixedHeight(LINES * (theme.row + 1) + 2)
        self.ticks.ticked.connect(lambda *_: self._count())
        card = Card(theme, label(tr("For whom"), "heading"), self.groups, self.ticks)
        holder = QWidget()
        edge = theme.px(th.GAP_M)
        holder.setLayout(column(self.form, card, 1, gap=theme.px(th.GAP_M), margins=(self.edge, edge, self.edge, edge)))
        self.do = button("", self.make, theme=theme, icon="fa6s.check", kind="primary")
        self.do.setShortcut("Ctrl+S")
        cancel = button(tr("Cancel"), self.frame.go_back, theme=theme)
        foot = row(1, cancel, self.do, gap=theme.px(th.GAP_S), margins=(self.edge, edge, self.edge, edge))
        body = column(scrolling(holder), foot)
        body.setStretch(0, 1)
        self.setLayout(body)

    @property
    def title(self) -> str:
        return self.texts("Make pledges")

    def open(self, _argument: str) -> None:
        today = date.today()
        defaults = {name: Pledge.model_fields[name].default for name in FIELDS}
        self.form.set_values(defaults | {"year": today.year, "expires_on": date(today.year, 12, 31)})
        self.stale, self._shown = True, ()

    def reload(self) -> None:
        self.groups.reload()
        self._list()

    def _chosen(self, name: str) -> object:
        """A field's value, None while it is not finished."""
        return check_value(facts_of(Pledge)[name], self.form.editor(name).text(), self.desk.codes)[0]

    def _edited(self) -> None:
        if (self._chosen("year"), self._chosen("theme")) != self._shown:
            self._list()

    def _list(self) -> None:
        """Everybody who may get one, ticked."""
        year, theme = self._shown = self._chosen("year"), self._chosen("theme")
        found: list[Child] = []
        if isinstance(year, int) and isinstance(theme, str):
            group = self.groups.group
            found = (
                pledges.renewable(self.desk, year, theme)
                if group is None
                else pledges.without(self.desk, group, year, theme)
            )
        self.ticks.set_rows([TickRow(child.id, child_words(child), on=True) for child in found])
        self._count()

    def _count(self) -> None:
        count = len(self.ticks.on)
        words = self.texts("Make {count} pledges", count=count)
        reword(self.do, words)
        self.do.setEnabled(bool(count))

    def make(self) -> None:
        """Makes them and shows the papers."""
        if not self.form.check():
            return
        try:
            renew = self.groups.group is None
            made, touched = pledges.make(self.desk, self.ticks.on, self.form.values(), renew=renew)
        except CareHubError as error:
            self.frame.complain(error)
            return
        self.frame.go_back()
        self.frame.open_address(f"papers/pledge/{','.join(made)}")
        self.frame.saved(touched)
