"""The first store: the records, the change log, sites and their keys, bundles taken in and handed out."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

TEXT, INT, DAY, FLAG = sa.Text, sa.Integer, sa.Date, sa.Boolean

RECORDS: dict[str, dict[str, Any]] = {
    "site": {
        "name": TEXT, "level": TEXT, "parent_id": TEXT, "area_code": TEXT, "address": TEXT, "contact": TEXT,
        "phone": TEXT, "same_sex": FLAG,
    },
    "user": {"name": TEXT, "role": TEXT, "active": FLAG},
    "access_summary": {"user_id": TEXT, "what": TEXT, "from_on": DAY, "until_on": DAY, "count": INT},
    "child": {
        "name": TEXT, "former_name": TEXT, "sex": INT, "birth_date": DAY, "identity_no": TEXT, "ethnic_group": TEXT,
        "registered": FLAG, "register_address": TEXT, "home_address": TEXT, "map_note": TEXT, "school": TEXT,
        "grade": TEXT, "class_name": TEXT, "pupil_no": TEXT, "boards": FLAG, "health": TEXT, "disability_kind": TEXT,
        "disability_grade": TEXT, "illness": TEXT, "lives_with": TEXT, "guardianship": TEXT, "interests": TEXT,
        "civil_scope": FLAG, "education_scope": FLAG, "difficulty_groups": TEXT, "hardship_grade": TEXT,
        "priority_groups": TEXT, "income_sources": TEXT, "aid_received": TEXT, "risk_level": TEXT,
        "risk_reason": TEXT, "risk_since": DAY, "next_review": DAY, "remark": TEXT, "status": TEXT,
        "same_as": TEXT,
    },
    "family_member": {
        "child_id": TEXT, "relation": TEXT, "name": TEXT, "phone": TEXT, "birth": TEXT, "identity_no": TEXT,
        "alive": FLAG, "works_at": TEXT, "employer": TEXT, "away_since": TEXT, "returns": TEXT,
        "contact_frequency": TEXT, "is_guardian": FLAG, "is_carer": FLAG, "able_to_care": FLAG,
        "unable_reason": TEXT, "remark": TEXT,
    },
    "volunteer": {
        "name": TEXT, "sex": INT, "birth": TEXT, "phone": TEXT, "kind": TEXT, "former_post": TEXT,
        "skills": TEXT, "place": TEXT, "is_core": FLAG, "participating": FLAG, "joined_on": DAY, "left_on": DAY,
        "remark": TEXT, "same_as": TEXT,
    },
    "pairing": {
        "child_id": TEXT, "volunteer_id": TEXT, "kind": TEXT, "started_on": DAY, "ended_on": DAY,
        "end_reason": TEXT, "replaced_by": TEXT, "sheet_no": TEXT, "signed_on": DAY,
    },
    "care_agreement": {
        "child_id": TEXT, "parents": TEXT, "carer_id": TEXT, "carer": TEXT, "relation": TEXT, "phone": TEXT,
        "from_on": DAY, "until_on": DAY, "contents": TEXT, "contact": TEXT, "signed_on": DAY, "witness": TEXT,
        "sheet_no": TEXT,
    },
    "assessment": {
        "child_id": TEXT, "assessed_on": DAY, "assessor": TEXT, "answers": TEXT, "edition": DAY, "points": INT,
        "proposed": TEXT, "level": TEXT, "reason": TEXT,
    },
    "visit": {
        "child_id": TEXT, "sheet_no": TEXT, "planned_for": DAY, "done_on": DAY, "way": TEXT,
        "volunteer_id": TEXT, "visitors": TEXT, "present": TEXT, "minutes": INT, "home_safety": TEXT,
        "guardianship": TEXT, "health": TEXT, "study": TEXT, "mood": TEXT, "parent_contact": TEXT,
        "note": TEXT, "needs": TEXT, "measures": TEXT, "next_on": DAY,
    },
    "boarding_place": {
        "child_id": TEXT, "term": TEXT, "school": TEXT, "building": TEXT, "room": TEXT, "bed": TEXT, "ended_on": DAY,
    },
    "consent": {
        "child_id": TEXT, "purpose": TEXT, "given_by": TEXT, "name": TEXT, "relation": TEXT, "given_on": DAY,
        "expires_on": DAY, "wording": TEXT, "withdrawn_on": DAY, "withdrawn_by": TEXT,
    },
    "talk": {
        "child_id": TEXT, "held_on": DAY, "place": TEXT, "counsellor": TEXT, "topic": TEXT, "summary": TEXT,
        "follow_up": TEXT, "next_on": DAY,
    },
    "incident": {
        "child_id": TEXT, "police_on": DAY, "police_time": TEXT, "officer": TEXT, "receipt_no": TEXT, "told": TEXT,
        "seen_on": DAY, "seen": TEXT, "measures": TEXT, "reporter": TEXT, "reporter_phone": TEXT,
    },
    "activity": {
        "title": TEXT, "kind": TEXT, "held_on": DAY, "until_on": DAY, "starts_at": TEXT, "ends_at": TEXT,
        "place": TEXT, "leader": TEXT, "safety_officer": TEXT, "summary": TEXT, "sheet_no": TEXT,
    },
    "attendance": {
        "activity_id": TEXT, "child_id": TEXT, "family_member_id": TEXT, "volunteer_id": TEXT, "present": FLAG,
    },
    "pledge": {
        "child_id": TEXT, "year": INT, "theme": TEXT, "third_party": TEXT, "third_name": TEXT, "pupil_on": DAY,
        "school_on": DAY, "third_on": DAY, "committee_on": DAY, "expires_on": DAY,
        "sheet_no": TEXT,
    },
    "child_sheet": {"child_id": TEXT, "kind": TEXT, "sheet_no": TEXT, "printed_on": DAY},
    "patrol_sheet": {"sheet_no": TEXT, "printed_on": DAY},
    "patrol": {
        "patrolled_on": DAY, "cafe": TEXT, "volunteer_id": TEXT, "minutes": INT, "found": TEXT, "told": TEXT,
        "sheet_id": TEXT,
    },
    "joint_meeting": {
        "held_on": DAY, "place": TEXT, "chair": TEXT, "recorder": TEXT, "expected": INT, "present": INT,
        "agenda": TEXT, "minutes": TEXT,
    },
    "resolution": {
        "meeting_id": TEXT, "wording": TEXT, "responsible_id": TEXT, "due_on": DAY, "done_on": DAY, "result": TEXT,
        "set_by_id": TEXT, "resolved_on": DAY,
    },
    "aid_category": {"code": TEXT, "name": TEXT},
    "aid_programme": {
        "code": TEXT, "name": TEXT, "category": TEXT, "eligibility": TEXT, "by_district": FLAG, "from_on": DAY,
        "until_on": DAY,
    },
    "aid_amount": {
        "programme": TEXT, "tier": TEXT, "amount_fen": INT, "at_most": FLAG, "per": TEXT, "from_on": DAY, "basis": TEXT,
    },
    "aid_grant": {
        "document_no": TEXT, "issuer": TEXT, "received_on": DAY, "programme": TEXT, "amount_fen": INT, "remark": TEXT,
    },
    "payment_batch": {
        "programme": TEXT, "term": TEXT, "paid_on": DAY, "grant_id": TEXT, "source": TEXT, "voucher_no": TEXT,
        "remark": TEXT, "ledger": TEXT, "closed_on": DAY, "closed_by": TEXT,
    },
    "payment": {
        "batch_id": TEXT, "child_id": TEXT, "line": INT, "name": TEXT, "identity_no": TEXT, "school": TEXT,
        "grade": TEXT, "class_name": TEXT, "amount_fen": INT, "account": TEXT, "remark": TEXT, "signed_by": TEXT,
        "signed_relation": TEXT, "signed_on": DAY, "corrects_id": TEXT, "reason": TEXT,
    },
    "audit_sample": {
        "batch_id": TEXT, "permille": INT, "method": TEXT, "lot": TEXT, "lot_on": DAY, "planned_on": DAY,
        "planned_by": TEXT, "population": INT, "digest": TEXT, "number": TEXT, "seed": TEXT, "drawn_on": DAY,
        "drawn_by": TEXT,
    },
    "audit_call": {
        "sample_id": TEXT, "payment_id": TEXT, "place": INT, "school": TEXT, "reserve": FLAG, "replaces_id": TEXT,
        "attempts": INT, "tried_on": DAY, "outcome": TEXT, "answered_by": TEXT, "relation": TEXT, "due_fen": INT,
        "received_fen": INT, "satisfaction": TEXT, "remark": TEXT, "explanation": TEXT, "explained_on": DAY,
    },
    "award": {
        "recipient": TEXT, "recipient_id": TEXT, "title": TEXT, "reason": TEXT, "issuer": TEXT,
        "awarded_on": DAY, "certificate_no": TEXT,
    },
    "custom_question": {
        "asked_of": TEXT, "wording": TEXT, "kind": TEXT, "choices": TEXT, "active": FLAG, "position": INT,
    },
    "custom_answer": {
        "question_id": TEXT, "child_id": TEXT, "visit_id": TEXT, "volunteer_id": TEXT, "answer": TEXT,
    },
    "attachment": {
        "owner": TEXT, "owner_id": TEXT, "title": TEXT, "taken_on": DAY, "is_photo": FLAG, "media": TEXT,
        "sha256": TEXT, "size": INT, "width": INT, "height": INT,
    },
}  # fmt: skip

INDEXES = {
    "child": ("site_id", "identity_no", "birth_date", "school"),
    "family_member": ("site_id", "child_id"),
    "volunteer": ("site_id",),
    "pairing": ("site_id", "child_id", "volunteer_id", "sheet_no"),
    "care_agreement": ("site_id", "child_id", "carer_id", "sheet_no"),
    "assessment": ("site_id", "child_id"),
    "visit": ("site_id", "sheet_no"),
    "boarding_place": ("site_id", "child_id"),
    "consent": ("site_id", "child_id"),
    "talk": ("site_id", "child_id"),
    "incident": ("site_id", "child_id"),
    "activity": ("site_id", "sheet_no"),
    "attendance": ("site_id", "activity_id", "child_id", "family_member_id", "volunteer_id"),
    "pledge": ("site_id", "child_id", "sheet_no"),
    "child_sheet": ("site_id", "child_id", "sheet_no"),
    "patrol_sheet": ("site_id", "sheet_no"),
    "patrol": ("site_id", "volunteer_id", "sheet_id"),
    "joint_meeting": ("site_id",),
    "resolution": ("site_id", "meeting_id"),
    "aid_category": ("site_id",),
    "aid_programme": ("site_id",),
    "aid_amount": ("site_id",),
    "aid_grant": ("site_id",),
    "payment_batch": ("site_id", "grant_id"),
    "payment": ("site_id", "batch_id", "child_id", "identity_no", "corrects_id"),
    "audit_sample": ("site_id", "batch_id"),
    "audit_call": ("site_id", "sample_id", "payment_id"),
    "award": ("site_id",),
    "custom_question": ("site_id",),
    "custom_answer": ("site_id", "question_id", "child_id", "visit_id", "volunteer_id"),
    "attachment": ("site_id", "owner_id"),
}

SYNC = """
CREATE TABLE writer (one INTEGER PRIMARY KEY CHECK (one = 1), replica TEXT NOT NULL, author TEXT,
    capture INTEGER NOT NULL);
CREATE TABLE change (pos INTEGER PRIMARY KEY AUTOINCREMENT, replica TEXT NOT NULL, seq INTEGER NOT NULL,
    tbl TEXT NOT NULL, row_id TEXT NOT NULL, cells TEXT NOT NULL, seen TEXT NOT NULL, author TEXT,
    at INTEGER NOT NULL, home TEXT, intake INTEGER);
CREATE UNIQUE INDEX change_identity ON change (replica, seq);
CREATE INDEX change_row ON change (row_id, replica, seq);
CREATE INDEX change_home ON change (home, pos);
CREATE INDEX change_attachment ON change (cells ->> 'sha256') WHERE tbl = 'attachment';
CREATE TABLE blob (n INTEGER PRIMARY KEY, sha256 TEXT NOT NULL UNIQUE, bytes BLOB NOT NULL);
CREATE TABLE former (replica TEXT PRIMARY KEY, ended INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE link (replica TEXT PRIMARY KEY, site_id TEXT NOT NULL, number INTEGER NOT NULL DEFAULT 0,
    got INTEGER NOT NULL DEFAULT 0, mark TEXT NOT NULL DEFAULT '', told INTEGER NOT NULL DEFAULT 0,
    told_mark TEXT NOT NULL DEFAULT '', ended INTEGER NOT NULL DEFAULT 0,
    wanted TEXT NOT NULL DEFAULT '[]') WITHOUT ROWID;
CREATE TABLE moved (n INTEGER PRIMARY KEY AUTOINCREMENT, row_id TEXT NOT NULL, from_home TEXT, to_home TEXT,
    pos INTEGER NOT NULL);
CREATE INDEX moved_pos ON moved (pos);
CREATE TABLE fork (site_id TEXT NOT NULL, replica TEXT NOT NULL, after INTEGER NOT NULL,
    PRIMARY KEY (site_id, replica)) WITHOUT ROWID;
CREATE TABLE erased (row_id TEXT PRIMARY KEY, tbl TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE question (id TEXT PRIMARY KEY, tbl TEXT NOT NULL, row_id TEXT NOT NULL, field TEXT NOT NULL,
    heads TEXT NOT NULL, parked INTEGER NOT NULL DEFAULT 0) WITHOUT ROWID;
CREATE INDEX question_row ON question (row_id);
CREATE TABLE decision (question TEXT PRIMARY KEY, tbl TEXT NOT NULL, row_id TEXT NOT NULL, field TEXT NOT NULL,
    at INTEGER NOT NULL, author TEXT, source TEXT NOT NULL) WITHOUT ROWID;
CREATE INDEX decision_row ON decision (row_id);
CREATE TABLE duplicate_verdict (one TEXT NOT NULL, other TEXT NOT NULL, verdict TEXT NOT NULL, at INTEGER NOT NULL,
    author TEXT, PRIMARY KEY (one, other)) WITHOUT ROWID;
CREATE INDEX child_same_as ON child (same_as) WHERE same_as IS NOT NULL;
CREATE INDEX visit_of_child ON visit (child_id, done_on, site_id, voided_on);
CREATE INDEX visit_listed ON visit (done_on, id, site_id, voided_on);
CREATE INDEX volunteer_same_as ON volunteer (same_as) WHERE same_as IS NOT NULL;
CREATE INDEX visit_last ON visit (child_id, done_on, next_on, parent_contact, voided_on)
    WHERE done_on IS NOT NULL AND voided_on IS NULL;
CREATE INDEX visit_danger ON visit (child_id, done_on, voided_on)
    WHERE 'danger' IN (home_safety, guardianship, health, study, mood, parent_contact)
    AND done_on IS NOT NULL AND voided_on IS NULL;
CREATE INDEX visit_open ON visit (site_id, done_on, voided_on) WHERE done_on IS NULL AND voided_on IS NULL;
CREATE INDEX family_on_call ON family_member (child_id, is_guardian, is_carer, phone, voided_on)
    WHERE voided_on IS NULL AND (is_guardian OR is_carer);
CREATE INDEX consent_care ON consent (child_id, given_by, given_on, id, expires_on, withdrawn_on, purpose, voided_on)
    WHERE purpose = 'care' AND voided_on IS NULL;
CREATE INDEX child_on_file ON child (id, birth_date, guardianship, risk_level, home_address, register_address, status,
    site_id, voided_on) WHERE voided_on IS NULL;
CREATE INDEX pledge_ends ON pledge (expires_on, child_id, theme, voided_on) WHERE voided_on IS NULL;
CREATE INDEX pledge_goes_on ON pledge (child_id, theme, expires_on, voided_on) WHERE voided_on IS NULL;
CREATE TABLE quarantine (replica TEXT NOT NULL, seq INTEGER NOT NULL, line TEXT NOT NULL, reason TEXT NOT NULL,
    intake INTEGER NOT NULL, PRIMARY KEY (replica, seq)) WITHOUT ROWID;
CREATE TABLE identity (one INTEGER PRIMARY KEY CHECK (one = 1), site_id TEXT NOT NULL, sign_seed TEXT NOT NULL,
    seal_identity TEXT NOT NULL, certificate TEXT NOT NULL);
CREATE TABLE peer (site_id TEXT PRIMARY KEY, level TEXT NOT NULL, parent_id TEXT, state TEXT NOT NULL,
    certificate TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE revocation (sign_key TEXT PRIMARY KEY, body TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE intake (n INTEGER PRIMARY KEY AUTOINCREMENT, bundle TEXT NOT NULL UNIQUE, site_id TEXT NOT NULL,
    replica TEXT NOT NULL, number INTEGER NOT NULL, kind TEXT NOT NULL, header_sha256 TEXT NOT NULL,
    at INTEGER NOT NULL, author TEXT, outcome TEXT NOT NULL, before TEXT NOT NULL);
CREATE INDEX intake_site ON intake (site_id, n);
CREATE TABLE sent (bundle TEXT PRIMARY KEY, receiver TEXT NOT NULL, replica TEXT NOT NULL, number INTEGER NOT NULL,
    header_sha256 TEXT NOT NULL, at INTEGER NOT NULL, author TEXT, file TEXT NOT NULL, changes INTEGER NOT NULL,
    bytes INTEGER NOT NULL, upto INTEGER NOT NULL) WITHOUT ROWID;
CREATE INDEX sent_receiver ON sent (receiver, replica, number);
CREATE TABLE receipt (bundle TEXT PRIMARY KEY, site_id TEXT NOT NULL, at INTEGER NOT NULL, body TEXT NOT NULL)
    WITHOUT ROWID;
"""

OFFICE = """
CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE ledger_memory (signature TEXT NOT NULL, header TEXT NOT NULL, field TEXT,
    PRIMARY KEY (signature, header)) WITHOUT ROWID;
CREATE TABLE parked (id TEXT PRIMARY KEY, step INTEGER NOT NULL, file TEXT NOT NULL, sheet TEXT NOT NULL,
    line INTEGER NOT NULL, body TEXT NOT NULL, likes TEXT NOT NULL, at INTEGER NOT NULL, author TEXT, settled TEXT)
    WITHOUT ROWID;
CREATE TABLE access_log (n INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, author TEXT, what TEXT NOT NULL,
    record TEXT, row_id TEXT, detail TEXT, reason TEXT);
CREATE TABLE search_doc (n INTEGER PRIMARY KEY, tbl TEXT NOT NULL, row_id TEXT NOT NULL UNIQUE);
CREATE TABLE search_todo (row_id TEXT PRIMARY KEY, tbl TEXT NOT NULL) WITHOUT ROWID;
CREATE VIRTUAL TABLE search_index USING fts5(tokens, content='', contentless_delete=1, detail='full',
    prefix='2 3');
"""

KEPT = (
    """CREATE TRIGGER access_log_keeps_lines BEFORE DELETE ON access_log
    BEGIN SELECT RAISE(ABORT, 'the access log only grows'); END""",
    """CREATE TRIGGER access_log_keeps_words BEFORE UPDATE ON access_log
    BEGIN SELECT RAISE(ABORT, 'the access log only grows'); END""",
)


def upgrade() -> None:
    for name, columns in RECORDS.items():
        op.create_table(
            name,
            sa.Column("id", TEXT, primary_key=True, nullable=False),
            sa.Column("site_id", TEXT),
            sa.Column("voided_on", DAY),
            sa.Column("void_reason", TEXT),
            *(sa.Column(column, kind) for column, kind in columns.items()),
            sqlite_with_rowid=False,
        )
        for column in INDEXES.get(name, ()):
            op.create_index(f"{name}_{column}", name, [column])
    for statement in (SYNC + OFFICE).split(";") + list(KEPT):
        if statement.strip():
            op.execute(sa.text(statement))
