"""Who may write what. Sites form a tree; a bundle signed by a site may carry rows at home in that site's subtree.

A row that moved away meanwhile may still be written by its former home, as long as the writer could not know: what
counts is the home as he saw it. Whatever may not come in is kept aside with a reason.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from sqlite3 import Connection

from carehub.domain.texts import mark
from carehub.sync import erasure, journal, peers
from carehub.sync.bundle import Header
from carehub.sync.change import Change
from carehub.sync.fold import fold
from carehub.sync.schema import REFERENCE_TABLES, tables

OUT_OF_SCOPE = mark("The row is at home at another site.")
REFERENCE_ONLY = mark("Only the office above may write this.")
ROW_UNKNOWN = mark("The row is not known here yet.")
WRONG_TYPE = mark("A value does not fit its column.")
RETURNED = mark("This was written at another site or here, before a backup was restored. Please confirm it.")


@dataclass(slots=True)
class Sieve:
    """Parts the changes of one bundle into those that may come in and those that may not."""

    connection: Connection
    up: bool
    signer: str
    scope: set[str]
    above: set[str]
    hands: dict[str, str]
    bundle: Callable[[], Iterable[Change]]
    told: dict[str, set[str]] = field(default_factory=dict)
    earlier: dict[str, list[Change]] = field(default_factory=dict)
    """row → the changes of this part that were allowed"""
    erasing: set[str] | None = None
    """rows that the bundle erases, once somebody asked"""

    def sift(self, changes: Sequence[Change]) -> tuple[list[Change], list[tuple[Change, str]]]:
        """(allowed, [(refused, reason)]) of fresh changes in their order."""
        homes = journal.homes_of(self.connection, {c.row for c in changes})
        gone = erasure.erased_among(self.connection, homes)
        homes |= dict.fromkeys(gone)  # an erased row is at home nowhere: of it only identities come in, from anybody
        kinds = journal.tables_of(self.connection, homes)
        self.earlier.clear()
        judge = self._objection_up if self.up else self._objection_down
        allowed: list[Change] = []
        refused: list[tuple[Change, str]] = []
        for change in [c.without_content() if c.row in gone else c for c in changes] if gone else changes:
            reason = _misfit(change, kinds) or judge(change, homes)
            if reason:
                refused.append((change, reason))
                continue
            allowed.append(change)
            kinds.setdefault(change.row, change.table)
            self.earlier.setdefault(change.row, []).append(change)
            home = change.cells.get("site_id")
            if home is not None:
                homes[change.row] = str(home)
        return allowed, refused

    def _objection_up(self, change: Change, homes: dict[str, str | None]) -> str | None:
        told, home = change.cells.get("site_id"), homes.get(change.row)
        if self.hands.get(change.replica, self.signer) not in self.scope:
            return RETURNED
        if change.scrubbed and home is None:
            return None if self._is_gone(change.row) else ROW_UNKNOWN
        if told is None and home is None:
            return ROW_UNKNOWN
        if (told is None or told in self.scope) and (home is None or home in self.scope):
            return None
        if (told is None or told in self.scope) and self._home_seen_by(change) in self.scope:
            return None
        return OUT_OF_SCOPE

    def _is_gone(self, row: str) -> bool:
        """Whether a row is erased, or will be by this bundle: only then a mere identity is worth keeping. Of any other
        row it would be all there is, a line without a word in the list of children."""
        if self.erasing is None:
            self.erasing = {change.row for change in self.bundle() if change.erases}
        return row in self.erasing or row in erasure.erased_among(self.connection, [row])

    def _home_seen_by(self, change: Change) -> object:
        """Where the row was at home as far as the writer of a change knew."""
        known = [*journal.of_row(self.connection, change.row), *self.earlier.get(change.row, ())]
        return fold(c for c in known if change.claims(c)).cells.get("site_id")

    def _objection_down(self, change: Change, homes: dict[str, str | None]) -> str | None:
        known, told = homes.get(change.row), self.told.get(change.row, set())
        if told & self.scope:
            return None
        if known in self.above or (known is None and told and told <= self.above):
            return None if change.table in REFERENCE_TABLES else REFERENCE_ONLY
        if known is not None:
            return None
        if change.erases or (change.scrubbed and self._is_gone(change.row)):
            return None
        return OUT_OF_SCOPE if told else ROW_UNKNOWN


def _misfit(change: Change, kinds: Mapping[str, str]) -> str | None:
    """Values that are not of their columns, a row without a home, a row that is known in another table: no table would
    agree with the changes of such a row."""
    table, cells = tables().get(change.table), change.cells
    fits = table is None or table.accepts(cells)
    homeless = cells.get("site_id", "") is None and not change.erases
    moved = kinds.get(change.row, change.table) != change.table
    return None if fits and not homeless and not moved else WRONG_TYPE


def sieve(connection: Connection, header: Header, bundle: Callable[[], Iterable[Change]]) -> Sieve:
    """The sieve for one bundle. `bundle` reads its changes, as often as it is called. Of a bundle from above all homes
    it tells of are read first: a row that moves in brings the history of its former homes along."""
    me, up = peers.own_site(connection), header.kind == "up"
    scope = peers.subtree(connection, header.signer.site if up else me)
    if up:
        return Sieve(connection, True, header.signer.site, scope, set(), _hands(connection, me), bundle)
    told: dict[str, set[str]] = {}
    for change in bundle():
        home = change.cells.get("site_id")
        if isinstance(home, str):
            told.setdefault(change.row, set()).add(home)
    return Sieve(connection, False, header.signer.site, scope, set(peers.ancestors(connection, me)), {}, bundle, told)


def _hands(connection: Connection, me: str) -> dict[str, str]:
    """replica → the site that writes with it, as far as this store knows it for certain. Nobody else brings what it
    wrote, unless this store has lost it: then a person confirms it."""
    found = dict(connection.execute("SELECT replica, site_id FROM link").fetchall())
    former = [replica for (replica,) in connection.execute("SELECT replica FROM former").fetchall()]
    return found | dict.fromkeys([journal.own_replica(connection), *former], me)
