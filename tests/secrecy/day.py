"""A day with everything in it, in a process of its own that dies without warning: `python day.py WORLD OUT`.

Every text that is typed holds a marker word. All the program may write lies below WORLD (home, temporary, configuration
and state folders, store, backups); what a person takes out on purpose (bundles, papers, sheets) goes to OUT.
"""

import io
import os
import signal
import sys
import traceback
from datetime import date
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.work import drive

WORD, NUMBER, ADDRESS = "龘靐齉爩", "15987601234", "龖厵秘密巷七十七号"
IDENTITY = "500199201311120023"
MARKERS = (WORD, NUMBER, ADDRESS, IDENTITY, "geheim-Wort-08", "andere-Worte-09")
PASSWORD, OTHER = MARKERS[4:]


def text(n: int = 0) -> str:
    return f"{WORD}{n}"


def main(world: Path, out: Path) -> None:
    from carehub import faultlog
    from carehub.services import opening

    faultlog.start()
    made = opening.begin(world / "store", level="room", name="新民村", area="500199100200", password=PASSWORD,
                         user=text())  # fmt: skip
    child = records_of_a_day(made.desk, out)
    papers_and_sticks(made.desk, child, out)
    made.desk.close()
    window(world / "store", child)


def records_of_a_day(desk: Any, out: Path) -> str:
    """Types in something of every kind; returns the child's id."""
    from carehub.domain.care import Pairing
    from carehub.domain.people import FamilyMember, Volunteer
    from carehub.domain.protection import Consent, Incident, Talk
    from carehub.services import access, attachments, children, drafts, importing, records, users, visits

    told = {"name": text(), "home_address": ADDRESS, "identity_no": IDENTITY, "guardian": text(1),
            "guardian_phone": NUMBER, "remark": text(2), "health": text(3), "school": text(4)}  # fmt: skip
    child = children.add(desk, told)[0].child
    children.edit(desk, child.id, {"remark": text(5)})
    today = date.today().isoformat()
    person, _ = records.add(desk, Volunteer, {"name": text(6), "phone": NUMBER, "remark": text(7)})
    records.add(desk, FamilyMember, {"name": text(8), "phone": NUMBER, "remark": text(9)}, child_id=child.id)
    records.add(desk, Pairing, {"child_id": child.id, "volunteer_id": person.id, "started_on": today})
    records.add(desk, Talk, {"child_id": child.id, "held_on": today, "summary": text(10), "follow_up": text(11)})
    records.add(desk, Incident, {"child_id": child.id, "police_on": today, "police_time": "15:20", "seen_on": today,
                                 "seen": text(12), "reporter": text(13), "told": text(14)})  # fmt: skip
    records.add(desk, Consent, {"child_id": child.id, "purpose": "care", "given_by": "guardian", "name": text(15),
                                "given_on": today})  # fmt: skip
    visits.add(desk, {"child_id": child.id, "done_on": today, "note": text(16), "visitors": text(17)})
    drafts.keep(desk, "child/new", {"name": text(18), "remark": text(19)})
    access.looked(desk, child, "identity_no", "check")
    users.add(desk, text(20), "recorder", OTHER, PASSWORD)
    picture = io.BytesIO()
    from PIL import Image

    Image.new("RGB", (3000, 2000), "white").save(picture, "JPEG", comment=WORD.encode())
    attachments.add_bytes(desk, attachments.Owner("child", child.id), picture.getvalue(), f"{WORD}.jpg")
    ledger = out / "ledger.csv"
    ledger.write_text(f"姓名,性别,年级,家长姓名,电话\n{text(21)},女,三年级,{text(22)},{NUMBER}\n", "utf-8")
    drive(importing.import_ledger(desk, ledger))
    return str(child.id)


def papers_and_sticks(desk: Any, child: str, out: Path) -> None:
    """Searches, prints, exports, checks, backs up, erases."""
    from carehub.domain.filters import Condition, How
    from carehub.domain.people import Child
    from carehub.services import (
        attachments,
        awards,
        backups,
        checking,
        children,
        erasing,
        listing,
        printing,
        records,
        undoing,
        workbooks,
    )  # fmt: skip
    from carehub.store.queries import Wanted

    for typed in (WORD, NUMBER[-4:], "da"):
        records.ids(desk, Child, Wanted(search=typed))
    drive(printing.visit_sheet_file(desk, out / "sheets.pdf", [child]))
    awards.add(desk, {"recipient": text(23), "title": text(24), "awarded_on": date.today().isoformat()})
    drive(printing.certificate_pdf(desk))
    drive(workbooks.export(desk, out / "people.xlsx", reveal=True))
    asked = [Condition("name", How.HAS, (text(28),))]
    listing.save(desk, Child, text(29), asked)
    found = listing.ids(desk, Child, Wanted(conditions=tuple(asked)))
    drive(
        workbooks.export_list(desk, out / "list.xlsx", Child, [*found, child], ["name", "home_address"], reason="aid")
    )
    stopped = workbooks.export_list(desk, out / "half.xlsx", Child, [child], ["name", "home_address"], reason="aid")
    next(stopped)
    stopped.close()
    for shown in attachments.of(desk, attachments.Owner("child", child)):
        attachments.shown(desk, shown, 400, 400)
        attachments.save(desk, shown.id, out)
    drive(backups.make(desk))
    gone, touched = children.add(desk, {"name": text(25), "remark": text(26)})
    undoing.undo(desk, touched)
    erasing.erase(desk, gone.child.id, PASSWORD)
    drive(backups.make(desk))
    drive(checking.check(desk))


def window(store: Path, child: str) -> None:
    """Walks through the window, meets a fault of ours, and dies."""
    from PySide6.QtWidgets import QApplication

    from carehub.gui import theme
    from carehub.gui.places import PAGES
    from carehub.gui.settings_file import Remembered
    from carehub.gui.window import MainWindow
    from carehub.services import opening

    app = QApplication([])
    theme.load_fonts(app)
    main_window = MainWindow(app, Remembered.load(), store)
    main_window.show()
    main_window.enter(opening.sign_in(store, PASSWORD, text()))
    shell = main_window.shell
    titles = set()
    for place in PAGES:
        shell.page.can_leave = lambda: True  # type: ignore[method-assign]
        try:
            shell.open_address(f"{place}/{child}" if "form" in place or place in ("child", "visit") else place)
        except Exception as error:
            shell.complain(error)
        titles.add(main_window.windowTitle())
        for _ in range(5):
            app.processEvents()
    assert not [t for t in titles if any(m in t for m in MARKERS)]
    try:
        raise ValueError(f"a fault that says {text(27)}")
    except ValueError as error:
        shell.complain(error)
    shell.open_address("children")
    app.processEvents()
    print("alive", flush=True)
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    try:
        main(Path(sys.argv[1]), Path(sys.argv[2]))
    except BaseException:
        (Path(sys.argv[2]) / "why.txt").write_text(traceback.format_exc(), "utf-8")
        raise
