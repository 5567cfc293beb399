"""A model township for the benchmark: rooms with children, families, volunteers and visits, as sealed bundles.

Rows are written with capturing on, so every change is one the program itself would have left.
"""

import sys
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from carehub.domain.ids import new_id
from carehub.domain.madeup import MadeUp
from carehub.domain.sheet_number import new_sheet_number
from carehub.store import schema
from carehub.sync import keys, outgoing, peers, replicas

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.databases import migrated

CHECKS = ("home_safety", "guardianship", "health", "study", "mood", "parent_contact")
DAY = date(2026, 11, 1)


class Village:
    """What the people of one site type, written into its database."""

    def __init__(self, n: int, db: Any, site: str) -> None:
        self.people, self.db, self.site = MadeUp(n, DAY), db, site
        self.children: list[str] = []

    def settle(self, children: int) -> None:
        """Writes so many children with their families, and volunteers paired with them."""
        families = [self.people.child() for _ in range(children)]
        self.children = [new_id() for _ in families]
        volunteers = [new_id() for _ in range(max(1, children // 8))]
        self._add("volunteer", [self._volunteer(v) for v in volunteers])
        self._add("child", [self._child(c, told) for c, told in zip(self.children, families, strict=True)])
        self._add(
            "family_member", [m for c, told in zip(self.children, families, strict=True) for m in _family(c, told)]
        )
        self._add("pairing", [
            {"id": new_id(), "child_id": c, "volunteer_id": self.people.random.choice(volunteers), "kind": "one_to_one",
             "started_on": "2026-03-01"} for c in self.children
        ])  # fmt: skip

    def agree(self) -> None:
        """Writes the guardians' consents to the care of nine children in ten; some run out."""
        pick = self.people.random
        self._add("consent", [
            {"id": new_id(), "child_id": child, "purpose": "care", "given_by": "guardian", "name": "某",
             "given_on": (DAY - timedelta(days=pick.randrange(400))).isoformat(),
             "expires_on": pick.choice((None, (DAY + timedelta(days=pick.randrange(400))).isoformat()))}
            for child in self.children if pick.random() < 0.9
        ])  # fmt: skip

    def work(self, changes: int, days: range = range(31, 330)) -> None:
        """So many changes more: visits made within so many days before today, and every fifth an edit of a child."""
        edits = changes // 5
        self._add("visit", [self._visit(days) for _ in range(changes - edits)])
        pick = self.people.random
        self.db.executemany(
            "UPDATE child SET risk_level = ?, remark = ? WHERE id = ?",
            [(pick.choice(("high", "medium", "low")), f"第{n}次走访后更新：情况稳定", pick.choice(self.children))
             for n in range(edits)],
        )  # fmt: skip

    def _add(self, table: str, rows: list[dict[str, Any]]) -> None:
        columns = list(rows[0])
        marks = ",".join("?" * (len(columns) + 1))
        sql = f'INSERT INTO "{table}" ({",".join(columns)}, site_id) VALUES ({marks})'
        self.db.executemany(sql, [(*(row[c] for c in columns), self.site) for row in rows])

    def _volunteer(self, row: str) -> dict[str, Any]:
        return {"id": row, "name": self.people.name(), "sex": 1, "birth": "1956", "phone": self.people.phone(),
                "kind": "old_teacher", "former_post": "中心小学退休教师", "participating": 1}  # fmt: skip

    def _child(self, row: str, told: Any) -> dict[str, Any]:
        return {"id": row, "name": told.name, "sex": told.sex, "birth_date": told.birth_date.isoformat(),
                "identity_no": told.identity_no, "ethnic_group": "01", "registered": 1,
                "home_address": f"石桥镇{told.group}", "school": told.school, "grade": told.grade, "class_name": "1班",
                "boards": 0, "guardianship": "fair", "risk_level": "low", "status": "active"}  # fmt: skip

    def _visit(self, days: range) -> dict[str, Any]:
        pick = self.people.random
        day = DAY - timedelta(days=pick.choice(days))
        checks = {c: pick.choice(("ok", "ok", "ok", "concern")) for c in CHECKS}
        return {"id": new_id(), "child_id": pick.choice(self.children), "sheet_no": new_sheet_number(day),
                "planned_for": day.isoformat(), "done_on": day.isoformat(), "way": "home",
                "visitors": self.people.name() + "、" + self.people.name(), "present": "奶奶",
                "minutes": pick.randrange(10, 90), **checks, "note": "家中整洁，孩子作业按时完成，与父母每周视频两次。",
                "next_on": (day + timedelta(days=30)).isoformat()}  # fmt: skip


class Room(Village):
    """One room with a store in memory, and the bundles it hands over."""

    def __init__(self, n: int, office: peers.Identity) -> None:
        super().__init__(n, migrated(), new_id())
        pair, self.user = keys.new_keys(), new_id()
        request = keys.Request("500199100", "room", f"第{n}村", office.site, pair.seal_key, pair.sign_key, self.site)
        self.certificate = keys.certify(request, office.site, office.keys, 1)
        replicas.start(self.db)
        self.db.execute("UPDATE writer SET author = ?", (self.user,))
        peers.save_identity(self.db, peers.Identity(pair, self.certificate))
        peers.save_peer(self.db, office.certificate, peers.State.ABOVE)
        self._add("site", [{"id": self.site, "name": f"第{n}村", "level": "room", "area_code": "500199100"}])
        self._add("user", [{"id": self.user, "name": self.people.name(), "role": "head", "active": 1}])

    def fill(self, children: int, changes: int) -> None:
        """Writes a room's file with so many children and so many changes in all."""
        self.db.execute("BEGIN")
        self.settle(children)
        self.work(changes - self.changes)
        self.db.execute("COMMIT")

    @property
    def changes(self) -> int:
        return int(self.db.execute("SELECT count(*) FROM change").fetchone()[0])

    def bundle(self) -> outgoing.Outgoing:
        """The next bundle for the office."""
        made = outgoing.compose_up(self.db, schema.REVISION)
        outgoing.remember(self.db, made, "file", None)
        return made

    def receipted(self) -> None:
        """As if the office's word for everything so far had come back."""
        upto = self.db.execute("SELECT max(upto) FROM sent").fetchone()[0]
        office = self.db.execute("SELECT site_id FROM peer WHERE state = 'above'").fetchone()[0]
        self.db.execute("INSERT OR REPLACE INTO link (replica, site_id, told) VALUES ('office', ?, ?)", (office, upto))

    def save(self, folder: Path) -> Path:
        """Writes the next bundle into a folder."""
        made = self.bundle()
        file = folder / f"{self.site}-{made.header.number}.carebundle"
        file.write_bytes(made.data)
        return file


def _family(child: str, told: Any) -> Iterator[dict[str, Any]]:
    people = ((told.relation, told.guardian, told.phone, None, 1), ("51", told.father, None, told.father_at, 0))
    for relation, name, phone, works_at, guardian in people:
        yield {"id": new_id(), "child_id": child, "relation": relation, "name": name, "phone": phone,
               "works_at": works_at, "is_guardian": guardian, "is_carer": 0}  # fmt: skip
