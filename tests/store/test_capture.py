"""Every committed row write leaves exactly one change, whoever wrote it. Else: work that never reaches the township."""

import json
from typing import Any

import pytest
from sqlalchemy import text
from sqlcipher3 import dbapi2 as sqlcipher

from carehub.domain.people import Child, Volunteer
from carehub.domain.records import RECORDS
from carehub.services import records
from carehub.services.desk import Desk
from carehub.sync.capture import triggers
from carehub.sync.schema import tables


def changes(desk: Desk) -> list[dict[str, Any]]:
    with desk.store.reading() as session:
        rows = session.execute(text("SELECT * FROM change ORDER BY pos")).mappings()
        return [{**r, "cells": json.loads(r["cells"]), "seen": json.loads(r["seen"])} for r in rows]


def test_a_form_leaves_one_change_with_the_cells_it_filled(desk: Desk) -> None:
    before = len(changes(desk))
    child, touched = records.add(desk, Child, {"name": "罗䶮", "sex": "女", "status": "active"})
    (change,) = changes(desk)[before:]
    assert change["cells"] == {"name": "罗䶮", "sex": 2, "site_id": desk.site.id, "status": "active"}
    assert (change["tbl"], change["row_id"], change["author"]) == ("child", child.id, desk.user.id)
    assert touched.rows == (("child", child.id),)


def test_an_edit_names_only_what_changed_and_what_was_seen(desk: Desk) -> None:
    child, _ = records.add(desk, Child, {"name": "罗䶮", "school": "红岩完小", "status": "active"})
    records.edit(desk, Child, child.id, {"school": "", "name": "罗䶮"})
    last = changes(desk)[-1]
    assert last["cells"] == {"school": None}
    assert last["seen"] == {last["replica"]: last["seq"] - 1}


def test_saving_without_a_difference_leaves_no_change(desk: Desk) -> None:
    child, _ = records.add(desk, Child, {"name": "罗䶮", "status": "active"})
    before = len(changes(desk))
    _, touched = records.edit(desk, Child, child.id, {"name": "罗䶮"})
    assert len(changes(desk)) == before
    assert touched.rows == ()


def test_raw_sql_is_captured_too(desk: Desk) -> None:
    person, _ = records.add(desk, Volunteer, {"name": "王建国"})
    with desk.unit() as unit:
        unit.raw.execute("UPDATE volunteer SET skills = '二胡' WHERE id = ?", (person.id,))
    assert changes(desk)[-1]["cells"] == {"skills": "二胡"}


def test_rows_cannot_be_deleted_nor_renumbered(desk: Desk) -> None:
    person, _ = records.add(desk, Volunteer, {"name": "王建国"})
    for statement in ("DELETE FROM volunteer", "UPDATE volunteer SET id = 'x'"):
        with pytest.raises(sqlcipher.IntegrityError), desk.unit() as unit:
            unit.raw.execute(statement)
    assert records.get(desk, Volunteer, person.id).name == "王建国"


def _fail_half_way(desk: Desk) -> None:
    with desk.unit() as unit:
        unit.session.add(Child(site_id=desk.site.id, name="半个"))
        unit.session.flush()
        raise ZeroDivisionError


def test_a_failed_unit_leaves_neither_row_nor_change(desk: Desk) -> None:
    before = changes(desk)
    with pytest.raises(ZeroDivisionError):
        _fail_half_way(desk)
    assert changes(desk) == before
    assert records.ids(desk, Child) == []


def test_triggers_in_the_store_are_those_the_records_ask_for(desk: Desk) -> None:
    """A column added to a record without its trigger would silently not travel."""
    wanted = {sql for t in tables().values() for sql in triggers(t.name, t.columns)}
    with desk.store.reading() as session:
        found = set(
            session.execute(
                text("SELECT sql FROM sqlite_master WHERE type = 'trigger' AND name GLOB 'capture_*'")
            ).scalars()
        )
        for name, record in RECORDS.items():
            columns = {row[1] for row in session.execute(text(f'PRAGMA table_info("{name}")'))}
            assert columns == {c.name for c in record.__table__.columns}  # type: ignore[attr-defined]
    assert found == wanted
