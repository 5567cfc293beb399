"""Makes the store of this release anew, as it is kept for later programs: `python tests/migrations/make.py`.

Writes `tests/migrations/0.1.zip`. Until the release the schema may still change: then the kept store is made anew by
this command. After the release it is never touched again; later programs must open it.

In the zip: the store's database in plain (`plain.db`, encrypted it would not shrink; the test encrypts it again), its
keyring, what its rows say (`rows.json`), and a tiny encrypted file as SQLCipher writes it now (`cipher.db`). All people
in it are made up.
"""

import json
import os
import shutil
import sys
import tempfile
import zipfile
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from carehub.domain.care import Pairing, Visit
from carehub.domain.people import Volunteer
from carehub.services import cards, children, drafts, erasing, handover, merging, opening, questions, records
from carehub.services.desk import Desk
from carehub.store import keyring
from carehub.store.engine import connect
from carehub.sync.schema import tables
from tests.work import drive

HERE = Path(__file__).parent
RELEASE = "0.1"
PASSWORD = "migration-08"
CHILDREN = ("徐𫖯", "罗䶮", "欧阳子涵", "王小明", "钟𬭁鐩")


def populate(folder: Path) -> Desk:
    """An office that a room has handed over to: rows of both, a question, an erasure, a void, a draft, receipts."""
    office = opening.begin(folder / "office", level="township", name="石桥镇", area="500199100", password=PASSWORD,
                           user="周明辉").desk  # fmt: skip
    new = opening.begin(folder / "room", level="room", name="新民村", area="500199100200", password=PASSWORD,
                        user="李秀英", card=cards.write(office, folder / "card"))  # fmt: skip
    room, words = new.desk, " ".join(new.words)
    for n, name in enumerate(CHILDREN):
        told = {"name": name, "sex": "女", "birth_date": f"201{n}-03-0{n + 1}", "grade": "三年级"}
        guardian = {"guardian": "姚秀志", "guardian_phone": f"1505733995{n}"}
        child = children.add(room, told | guardian)[0].child.id
        records.add(room, Visit, {"child_id": child, "done_on": "2026-10-20", "note": f"{name}家：墙上有裂缝"})
    helper = records.add(room, Volunteer, {"name": "王建国", "phone": "13800001111"})[0].id
    records.add(room, Pairing, {"child_id": child, "volunteer_id": helper, "started_on": "2026-03-01"})
    drive(merging.merge(office, [drive(handover.export(room, folder / "stick")).file], approve=words))
    children.edit(room, child, {"school": "红岩完小"})
    children.edit(office, child, {"school": "石桥小学"})
    visit = records.ids(room, Visit)[0]
    records.void(room, Visit, visit, "误录")
    gone = children.add(room, {"name": "不留名", "sex": "男"})[0].child.id
    erasing.erase(room, gone, PASSWORD)
    drive(merging.merge(office, [drive(handover.export(room, folder / "stick")).file], allow_voids=True))
    assert len(questions.open_questions(office)) == 1
    drafts.keep(office, "child/new", {"name": "半个名字"})
    drive(handover.export(office, folder / "stick", "新民村"))
    room.close()
    return office


def rows_of(desk: Desk) -> dict[str, list[list[Any]]]:
    """table → its rows as [id, {column: value that is not empty}]."""
    found: dict[str, list[list[Any]]] = {}
    with desk.store.reading() as session:
        connection = desk.store.raw(session)
        for table in tables().values():
            columns = ", ".join(table.columns)
            rows = connection.execute(f'SELECT id, {columns} FROM "{table.name}" ORDER BY id')
            found[table.name] = [
                [row[0], {c: v for c, v in zip(table.columns, row[1:], strict=True) if v is not None}] for row in rows
            ]
    return found


def main() -> None:
    """Runs the command."""
    keyring.OPERATIONS, keyring.MEMORY = 1, 19 * 1024 * 1024
    base = Path(tempfile.mkdtemp(prefix="carehub-migrations-"))
    os.environ["CAREHUB_STATE"] = str(base / "state")
    try:
        desk = populate(base)
        list(desk.store.catch_up_search())
        rows, key, folder = rows_of(desk), desk.store.key, desk.store.folder
        desk.close()
        connection = connect(folder / "store.db", key)
        connection.execute("ATTACH ? AS plain KEY ''", (str(base / "plain.db"),))
        connection.execute("SELECT sqlcipher_export('plain')")
        connection.execute("DETACH plain")
        connection.close()
        small = connect(base / "cipher.db", key)
        small.execute("CREATE TABLE told (words TEXT)")
        small.execute("INSERT INTO told VALUES ('关爱屋')")
        small.close()
        write(base, folder, rows)
    finally:
        shutil.rmtree(base, ignore_errors=True)


def write(base: Path, folder: Path, rows: dict[str, list[list[Any]]]) -> None:
    """Writes the zip."""
    file = HERE / f"{RELEASE}.zip"
    with zipfile.ZipFile(file, "w", zipfile.ZIP_LZMA) as packed:
        for path in (base / "plain.db", base / "cipher.db", folder / keyring.FILE):
            packed.write(path, path.name)
        packed.writestr("rows.json", json.dumps(rows, ensure_ascii=False, sort_keys=True, indent=0))
    print(f"{file.name}: {file.stat().st_size} bytes, {sum(map(len, rows.values()))} rows")


if __name__ == "__main__":
    main()
