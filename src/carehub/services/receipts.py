"""What an office says about a bundle it merged: gathered for paper. The signed receipt travels in the return bundle as
well (`sync.outgoing.receipt_for`); for a room, what stood in the newest one it was sent."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from carehub import resources
from carehub.domain.facts import facts_of
from carehub.domain.records import RECORDS
from carehub.domain.texts import CHINESE, Texts, mark
from carehub.papers.receipt import MergeReceipt, Remark, Result
from carehub.services import handover, quarantine, restricted
from carehub.services.desk import Desk
from carehub.store import aside, queries, questions
from carehub.sync import peers

CAME_AGAIN = mark("They came again with a later bundle; see its receipt")
TO_SETTLE = mark("Two values; to be settled at the office")
BY_SOURCE, BY_OFFICE = mark("as “{source}” wrote it"), mark("by a value of the office's own")


def of_day(desk: Desk, day: date) -> list[dict[str, Any]]:
    """The bundles taken in here from sites below on a day (rows of `handover.taken`), in the order of their merging."""
    below = {site for site, _ in handover.sites_below(desk)}
    found = [t for t in handover.taken(desk) if t["site_id"] in below and _day_of(t) == day]
    return found[::-1]


def _day_of(taken: Mapping[str, Any]) -> date:
    return date.fromtimestamp(taken["at"] / 1000)


def of_bundle(desk: Desk, taken: Mapping[str, Any]) -> MergeReceipt:
    """The receipt of one bundle (a row of `handover.taken`) as it stands now: what was released or decided since counts
    as taken over or settled. What was refused and came again is listed with the later bundle."""
    texts, counts = resources.texts(CHINESE), taken["outcome"]
    refused = quarantine.waiting(desk, taken["n"])
    with desk.store.reading() as session:
        sites = sorted(peers.subtree(desk.store.raw(session), taken["site_id"]))
        asked = questions.read(session, questions.of_sites(session, sites))
        decided = questions.decisions(session, sites, taken["at"])
        quiet = restricted.rights_of(
            session, [*((q.table, q.row) for q in asked), *((d.table, d.row) for d in decided)]
        )

    def about(row: str, who: str, kind: str, field: str) -> str:
        """Paper goes through many hands: of talks and incidents nothing is told on it."""
        return texts(quarantine.RESTRICTED) if row in quiet else _about(texts, who, kind, field)

    remarks = [Remark(_refused(texts, r), texts(r.reason), Result.REFUSED) for r in refused]
    if again := counts["quarantined"] - len(refused):
        remarks.append(Remark(texts("{count} changes", count=again), texts(CAME_AGAIN), Result.REFUSED))
    remarks += [Remark(about(q.row, q.owner[2], q.table, q.field), texts(TO_SETTLE)) for q in asked]
    remarks += [
        Remark(
            about(d.row, d.owner, d.table, d.field),
            texts(BY_SOURCE, source=d.source) if d.source else texts(BY_OFFICE),
            Result.SETTLED,
        )
        for d in decided
    ]
    return MergeReceipt(
        room=str(taken["sender_name"]),
        office=desk.site.name,
        bundle=str(taken["number"]),
        received_on=_day_of(taken),
        came=counts["changes"],
        known=counts.get("known", 0),
        refused=counts["quarantined"],
        new=counts["new"],
        changed=counts["changed"],
        voided=counts.get("voided", 0),
        erased=counts.get("erased", 0),
        asked=len(asked),
        settled=counts.get("settled", 0) + len(decided),
        remarks=remarks,
    )


def _refused(texts: Texts, held: quarantine.Held) -> str:
    if held.restricted:
        return texts(quarantine.RESTRICTED)
    return f"{held.about} · {held.kind}" if held.about else held.kind


def _about(texts: Texts, who: str, kind: str, field: str) -> str:
    return f"{who} · {texts(facts_of(RECORDS[kind])[field].label)}"


@dataclass(frozen=True, slots=True)
class Refused:
    """One change of this site that the office did not take over: what it concerns, and why (a message id)."""

    kind: str
    about: str
    reason: str


@dataclass(frozen=True, slots=True)
class OfficeSays:
    """The newest receipt of the office above: when it was made (Unix milliseconds), what it refused, how many questions
    are open there, how many were settled."""

    at: int
    refused: Sequence[Refused]
    questions: int
    settled: int


def from_above(desk: Desk) -> OfficeSays | None:
    """What the newest receipt says that came with a return bundle; None if none has come yet."""
    with desk.store.reading() as session:
        office = peers.office_above(desk.store.raw(session))
        told = aside.newest_receipt(session, office.site) if office else None
        if told is None:
            return None
        by_table: dict[str, set[str]] = {}
        for refusal in told["refusals"]:
            by_table.setdefault(refusal["table"], set()).add(refusal["row"])
        names = {
            row: n for t, rows in by_table.items() for row, n in queries.owner_names(session, t, list(rows)).items()
        }
        rights = restricted.rights_of(session, [(r["table"], r["row"]) for r in told["refusals"]])
    refused = [
        Refused(_kind(desk.texts, r["table"]), names.get(r["row"], ""), r["reason"])
        if desk.may(rights.get(r["row"]))
        else Refused(desk.texts(quarantine.RESTRICTED), "", r["reason"])
        for r in told["refusals"]
    ]
    return OfficeSays(told["made_at"], tuple(dict.fromkeys(refused)), told["questions"], told["settled"])


def _kind(texts: Texts, table: str) -> str:
    return texts(RECORDS[table].about.label) if table in RECORDS else table
