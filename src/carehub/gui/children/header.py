"""What one must know of a child at the door, and what its file still lacks."""

from datetime import date
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLayout, QWidget

from carehub.domain.facts import facts_of
from carehub.domain.people import Child, FamilyMember
from carehub.domain.rights import Right
from carehub.gui import theme as th
from carehub.gui.attachments.picture import Photo
from carehub.gui.desktop import Desktop
from carehub.gui.widgets.basics import Card, button, column, label, row
from carehub.gui.widgets.flow import flow
from carehub.gui.widgets.masked import MaskedLabel
from carehub.services import attachments, doorway, labels
from carehub.services.children import ChildFile
from carehub.services.doorway import Door


def age(birth: date) -> int:
    """Whole years today."""
    today = date.today()
    return today.year - birth.year - ((today.month, today.day) < (birth.month, birth.day))


WIDE = 1.5
"""From this size of text on one fact stands beneath the other."""


def header(desktop: Desktop, file: ChildFile) -> QLayout:
    """Photo, name, sex, age, school and class, and what is done with one click."""
    child, tr, theme = file.child, desktop.tr, desktop.theme
    words = [
        desktop.desk.codes["sex"].name_of(child.sex, tr),
        tr("{age} years old", age=age(child.birth_date)) if child.birth_date else "",
        " ".join(x for x in (child.school, child.grade, child.class_name) if x),
    ]
    told = label("　".join(w for w in words if w), "muted")
    names = row(gap=theme.px(th.GAP_M))
    if photo := attachments.photo_of(desktop.desk, child.id):
        names.addWidget(Photo(desktop, photo))
    names.addLayout(column(label(child.name, "big", wrap=True), told))
    names.setStretch(names.count() - 1, 1)
    return column(names, flow(theme, *_tools(desktop, child.id)), gap=theme.px(th.GAP_S))


def _tools(desktop: Desktop, child_id: str) -> list[QWidget]:
    """Record a visit, print the sheet or the file, change the file: for those who may."""
    tr, theme, go = desktop.tr, desktop.theme, desktop.frame.open_address
    found: list[QWidget] = []
    if desktop.desk.may(Right.WRITE):
        found.append(button(tr("Record a visit"), lambda: go(f"visit/{child_id}"), theme=theme,
                            icon="fa6s.clipboard-check", kind="primary"))  # fmt: skip
    if desktop.desk.may(Right.LOOK):
        found.append(button(tr("Print a visit sheet"), lambda: go(f"papers/visit-sheet/{child_id}"), theme=theme,
                            icon="fa6s.print"))  # fmt: skip
        found.append(button(tr("Print the file"), lambda: go(f"papers/child-file/{child_id}"), theme=theme,
                            icon="fa6s.folder-open"))  # fmt: skip
        found.append(button(tr("Print the registration form"), lambda: go(f"papers/registration-form/{child_id}"),
                            theme=theme, icon="fa6s.file-lines"))  # fmt: skip
    if desktop.desk.may(Right.WRITE):
        found.append(button(tr("Edit"), lambda: go(f"child-form/{child_id}"), theme=theme, icon="fa6s.pen"))
    return found


class DoorCard(Card):
    """Where the child lives, whom to call, how great the risk is, when the next visit is due and who goes."""

    def __init__(self, desktop: Desktop, file: ChildFile) -> None:
        super().__init__(desktop.theme)
        self._d = desktop
        tr, child, facts = desktop.tr, file.child, facts_of(Child)
        door = doorway.at_the_door(desktop.desk, child.id)
        risk = labels.show_fact(desktop.desk, facts["risk_level"], child.risk_level)
        pairs: list[tuple[str, QWidget | None]] = [
            (tr(facts["home_address"].label), self._address(child)),
            (tr("Guardian"), self._guardian(file.guardian)),
            (tr(facts["map_note"].label), label(child.map_note) if child.map_note else None),
            (tr("Next visit"), self._next(door)),
            (
                tr(facts["risk_level"].label),
                label(risk, "alarm" if child.risk_level == "high" else "") if risk else None,
            ),
            (tr("Pairing volunteer"), label(door.volunteer) if door.volunteer else None),
        ]
        self.body.addLayout(self._grid([(name, widget) for name, widget in pairs if widget is not None]))

    def _grid(self, pairs: list[tuple[str, QWidget]]) -> QGridLayout:
        grid, theme = QGridLayout(), self._d.theme
        grid.setHorizontalSpacing(theme.px(th.GAP_M))
        grid.setVerticalSpacing(theme.px(th.GAP_S))
        beside = 2 if theme.scale < WIDE else 1
        for n, (name, widget) in enumerate(pairs):
            at, place = divmod(n, beside)
            grid.addWidget(label(name, "muted", wrap=False), at, 2 * place, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(widget, at, 2 * place + 1, Qt.AlignmentFlag.AlignTop)
            grid.setColumnStretch(2 * place + 1, 1)
        return grid

    def _address(self, child: Child) -> QWidget | None:
        return MaskedLabel(self._d, facts_of(Child)["home_address"], child.home_address, child) \
            if child.home_address else None  # fmt: skip

    def _guardian(self, guardian: FamilyMember | None) -> QWidget | None:
        if guardian is None:
            return None
        relation = self._d.desk.codes["relation"].name_of(guardian.relation, self._d.tr)
        who = f"{guardian.name or self._d.tr('(name unknown)')}　{relation}"
        if not guardian.phone:
            return label(who)
        held = QWidget()
        phone = MaskedLabel(self._d, facts_of(FamilyMember)["phone"], guardian.phone, guardian)
        held.setLayout(column(label(who), phone))
        return held

    def _next(self, door: Door) -> QWidget:
        tr = self._d.tr
        told = [str(door.next_on) if door.next_on else tr("no day set")]
        if door.last_on:
            told.append(tr("last on {day}", day=door.last_on))
        return label("　".join(told), "alarm" if door.overdue else "")


def missing(desktop: Desktop, child_id: str) -> QWidget | None:
    """What the file lacks, each leading to its field; None where nothing is missing."""
    found, tr, theme = doorway.completeness(desktop.desk, child_id), desktop.tr, desktop.theme
    if not found.missing:
        return None
    go, may = desktop.frame.open_address, desktop.desk.may(Right.WRITE)
    told = tr("Still missing ({known} of {wanted} are known):", known=found.known, wanted=found.wanted)
    words = label(told, "strong", wrap=not may)
    if not may:
        names = tr.pick("、", ", ").join(tr(g.label) for g in found.missing)
        return Card(theme, words, label(names))
    chips = []
    for gap in found.missing:
        chip = button(tr(gap.label), partial(go, f"child-form/{child_id}/{gap.field}"), theme=theme, kind="chip")
        chip.setToolTip(tr("Type in: {field}", field=tr(gap.label)))
        chips.append(chip)
    words.setMinimumHeight(theme.row)
    return Card(theme, flow(theme, words, *chips))
