"""Breaks, one at a time, the lines that guard data, and expects a test to notice: `python tests/mutations/run.py`.

Works on a copy. Prints each mutation with the test that caught it; ends with exit code 1 if one survived.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]

MUTATIONS = (
    ("sync/change.py", "return self.claims(other) and not other.claims(self)", "return self.claims(other)"),
    ("sync/change.py", "    if _encoder.encode_lines(changes) != block:", "    if False:"),
    ("sync/fold.py", "if len(heads) > 1:", "if len(heads) > 2:"),
    ("sync/fold.py", "_question_void(state, ordered", "(lambda *_: None)(state, ordered"),
    ("sync/fold.py", "return PLAUSIBLE[0] <= change.at < PLAUSIBLE[1], change.at", "return True, change.at"),
    ("sync/merge.py", "on_top = claims.get(change.replica, 0) < change.seq", "on_top = True"),
    ("sync/merge.py", "on_top = on_top and change.seen.get(replica, 0) >= seq", "on_top = on_top and True"),
    ("sync/merge.py", "slow = _questions(connection, asked) if vectors else set()", "slow: set[str] = set()"),
    ("sync/merge.py", "            raise Forked(*change.identity)", "            pass"),
    ("sync/merge.py", "            outcome.voided.add(row_id)", "            pass"),
    ("sync/capture.py", "WHERE OLD.{c} IS NOT NEW.{c}", "WHERE OLD.{c} <> NEW.{c}"),
    ("sync/capture.py", "  UPDATE change SET home = NEW.site_id WHERE row_id = NEW.id;", ""),
    (
        "sync/erasure.py",
        "return [c.without_content() if c.row in erased else c for c in changes]",
        "return list(changes)",
    ),
    ("sync/scope.py", "            return RETURNED\n", "            pass\n"),
    ("sync/scope.py", "        return OUT_OF_SCOPE\n", "        return None\n"),
    ("sync/scope.py", "self._home_seen_by(change) in self.scope:", "False:"),
    ("sync/links.py", "link.told = position if made_here else 0", "link.told = position"),
    ("sync/links.py", "min(link.told for link in live)", "max(link.told for link in live)"),
    ("sync/links.py", "if len(live) == 1 and not forked else None", "if live else None"),
    ("sync/replicas.py", "    connection.execute(\"UPDATE link SET number = 0, got = 0, mark = '', told = 0\")\n", ""),
    (
        "sync/replicas.py",
        "    copied = any(change.replica == own or change.seen.get(own, 0) > written for change in fresh)",
        "    copied = False",
    ),
    (
        "sync/outgoing.py",
        "    OR row_id IN (SELECT row_id FROM moved WHERE pos > :after AND to_home",
        "    OR 0 AND row_id IN (SELECT row_id FROM moved WHERE pos > :after AND to_home",
    ),
    ("sync/incoming.py", "        raise Refused(WRONG_WORDS)", "        pass"),
    ("sync/incoming.py", "    if header.span[0] > link.got:", "    if False:"),
    ("sync/incoming.py", "    if many > FEW_VOIDS and not allow_voids:", "    if False:"),
    ("sync/incoming.py", '        link.got, link.mark = 0, ""', "        pass"),
    ("sync/incoming.py", "    if header.number > link.number:", "    if True:"),
    ("sync/peers.py", "    if found and found[1].request.parent != revocation.issuer:", "    if False:"),
    ("sync/undo.py", "        raise InvalidInput(BUILT_ON)", "        pass"),
    ("sync/undo.py", "        raise InvalidInput(HANDED_ON)", "        pass"),
    ("sync/bundle.py", "    if heads != fronts or file.read(len(back) + 1) != back:", "    if False:"),
    ("sync/payload.py", "        if sha256(data).hexdigest() != last:", "        if False:"),
    ("sync/payload.py", "    if waiting or size != told.blob_size:", "    if size != told.blob_size:"),
    ("sync/payload.py", "entry.sha256 <= last or entry.sha256 not in waiting:", "entry.sha256 not in waiting:"),
    ("sync/erasure.py", "        blobs.sweep(connection, named)", "        pass"),
    ("sync/undo.py", "    blobs.sweep(connection)", "    pass"),
    ("sync/incoming.py", "    blobs.sweep(connection)", "    pass"),
    ("sync/outgoing.py", "    if asked:", "    if False:"),
    ("sync/bundle.py", "if not is_signed_by(header.signer.request.sign_key, front, signature):", "if False:"),
    ("store/copies.py", "if token is not None and not _agrees(connection, note, token, folder):", "if False:"),
    ("store/store.py", "        _settle_questions(raw, unit.touched)", "        pass"),
    ("store/store.py", "    if not (folder / DATABASE).is_file():", "    if False:"),
    ("services/files.py", "        if not target.exists():", "        if True:"),
    ("services/handover.py", "    users.confirm(desk, password)", "    pass"),
    ("services/importing.py", "            if dry_run:", "            if False:"),
    ("sync/undo.py", 'same = before["own"] == journal.own_replica(connection)', "same = True"),
    ("sync/replicas.py", "            _put_aside(connection, replica, seq, intake)", "            pass"),
    ("domain/rights.py", "    if right not in rights_of(level, role):", "    if False:"),
    ("services/desk.py", "        if right is not None:\n            self.require(right)\n", ""),
    (
        "services/records.py",
        '    """Rows by id, in the given order."""\n    desk.require(record.about.right)\n',
        '    """Rows by id, in the given order."""\n',
    ),
    ("services/undoing.py", "                raise NotAllowed(NOT_OWN)", "                pass"),
    ("services/users.py", "        keyring.remove_slot(ring, person.id)", "        pass"),
    ("services/users.py", "        raise InvalidInput(LAST_HEAD)", "        pass"),
    ("services/access.py", "    settings.put(unit.session, _COUNTED, access_log.last(unit.session))", "    pass"),
    ("store/attempts.py", "    if left > 0:", "    if False:"),
    ("store/restoring.py", "            copies.disown(connection)", "            pass"),
    ("store/restoring.py", "            former.rename(_resolved(store))", "            pass"),
    ("store/restoring.py", "    if kept.about.revision > schema.REVISION:", "    if False:"),
    ("store/forgetting.py", "    rows += _strays(session, connection, signs)", "    pass"),
    ("store/backups.py", "            if period not in seen and len(seen) < most:", "            if len(seen) < most:"),
    (
        "store/backups.py",
        "        whole = _read_through(kept.file) == (kept.about.sha256, kept.about.bytes)",
        "        whole = True",
    ),
    (
        "store/store.py",
        "        saved = backups.make_at_once(store, places.place_of(store.folder)).folder",
        "        pass",
    ),
    (
        "services/backups.py",
        "                rights.require(level, known[0].role, Right.HAND_OVER)",
        "                pass",
    ),
)
NEAREST = {"sync": ("tests/sync",), "store": ("tests/store", "tests/migrations"), "services": ("tests/store",),
           "domain": ("tests/unit", "tests/store")}  # fmt: skip
"""The layer of a mutation → the tests that know it best: they are asked first."""
OTHERS = (
    "tests/sync", "tests/store", "tests/migrations", "tests/simulation", "tests/hostile", "tests/e2e/test_terminal.py",
    "tests/unit/sheets/test_truth.py",
)  # fmt: skip


def caught(copy: Path, layer: str) -> str | None:
    """The first failing test in the copy, None if all pass."""
    nearest = NEAREST[layer]
    return _failing(copy, nearest) or _failing(copy, tuple(t for t in OTHERS if t not in nearest))


def _failing(copy: Path, tests: tuple[str, ...]) -> str | None:
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-n", "2", "-p", "no:cacheprovider", *tests]
    environment = {
        **os.environ,
        "PYTHONPATH": str(copy / "src"),
        "PYTHONDONTWRITEBYTECODE": "1",
        "HYPOTHESIS_PROFILE": "quick",
    }
    done = subprocess.run(command, cwd=copy, env=environment, capture_output=True, text=True, check=False)
    if done.returncode == 0:
        return None
    failed = [line for line in done.stdout.splitlines() if line.startswith(("FAILED", "ERROR"))]
    return failed[0].split(" - ")[0] if failed else "the tests did not run"


def main() -> int:
    survived = 0
    with tempfile.TemporaryDirectory() as name:
        copy = Path(name) / "copy"
        shutil.copytree(TOP, copy, ignore=shutil.ignore_patterns(".git", ".venv", "__pycache__", ".*_cache"))
        for file, old, new in MUTATIONS:
            path = copy / "src" / "carehub" / file
            source = path.read_text("utf-8")
            if source.count(old) != 1:
                print(f"STALE     {file}: {old}", flush=True)
                survived += 1
                continue
            path.write_text(source.replace(old, new), "utf-8")
            by = caught(copy, file.split("/")[0])
            path.write_text(source, "utf-8")
            survived += by is None
            print(f"{'caught  ' if by else 'SURVIVED'}  {file}: {old.strip()[:60]}   {by or ''}", flush=True)
    print(f"{len(MUTATIONS) - survived} of {len(MUTATIONS)} caught")
    return 1 if survived else 0


if __name__ == "__main__":
    sys.exit(main())
