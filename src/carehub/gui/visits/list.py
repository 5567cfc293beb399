"""All visits: what is planned, what was seen, what has not come back yet."""

from carehub.domain.care import Visit
from carehub.domain.texts import mark
from carehub.gui.lists.page import ListPage
from carehub.store.queries import Wanted


class VisitsPage(ListPage):
    """Every visit, the latest first."""

    record = Visit
    tables = frozenset({"visit", "child", "volunteer"})
    form_address = "visit-entry"
    open_as = "visit"
    add_word = mark("Type in visits")
    empty_hint = mark("Print visit sheets, or type in the first visit.")
    few = ("child_id", "planned_for", "done_on", "way")
    first = Wanted(order="done_on", descending=True)
