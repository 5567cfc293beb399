"""Volunteers: the generic list and form."""

from carehub.domain.people import Volunteer
from carehub.domain.texts import mark
from carehub.gui.generic import FormPage, ListPage


class VolunteersPage(ListPage):
    """All volunteers of this site, or of all sites below."""

    record = Volunteer
    tables = frozenset({"volunteer"})
    form_address = "volunteer-form/new"
    open_as = "volunteer-form"
    few = ("name", "birth", "phone", "kind")
    add_word = mark("Add a volunteer")
    empty_hint = mark("Add volunteers one by one, or take in an old ledger on the Children page.")


class VolunteerFormPage(FormPage):
    """One volunteer."""

    record = Volunteer
