"""Commands about records: list, add, edit, import, papers."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from carehub.cli.attachments import not_generic
from carehub.cli.terminal import Json, StorePath, User, desk_at, drive, say, say_json, say_table, texts
from carehub.domain.errors import InvalidInput
from carehub.domain.facts import Kind, Sensitivity, facts_of
from carehub.domain.masking import masked
from carehub.domain.people import Child, FamilyMember
from carehub.domain.record import Record
from carehub.domain.rights import Right
from carehub.domain.texts import mark
from carehub.papers.certificate import Overprint
from carehub.services import (
    access,
    activities,
    assessments,
    awards,
    care_agreements,
    child_files,
    children,
    custom_questions,
    family,
    group_papers,
    importing,
    incidents,
    labels,
    meetings,
    notices,
    pairing,
    printing,
    records,
    registration_forms,
    route_lists,
    talks,
    visits,
)
from carehub.services.desk import Desk
from carehub.store.queries import Wanted

Kinds = Annotated[str, typer.Argument(metavar="KIND", help="the record's name: child, volunteer, visit …")]
Pairs = Annotated[list[str], typer.Argument(metavar="field=value…")]

SPECIAL: dict[str, Callable[[Desk, Mapping[str, object]], tuple[Record, object]]] = {
    "visit": visits.add,
    "award": awards.add,
    "talk": talks.add,
    "incident": incidents.add,
    "attachment": not_generic,
    "activity": activities.add,
    "attendance": activities.add_attendance,
    "resolution": meetings.resolve,
    "care_agreement": care_agreements.add,
    "assessment": assessments.add,
    "pairing": pairing.add,
    "custom_question": custom_questions.add,
    "custom_answer": custom_questions.answer,
}
"""Records whose numbers the program gives out, and those that are added in another way."""
EDITED: dict[str, Callable[[Desk, str, Mapping[str, object]], tuple[Record, object]]] = {
    "activity": activities.edit,
    "joint_meeting": meetings.edit_meeting,
    "resolution": meetings.edit,
    "assessment": assessments.edit,
    "custom_question": custom_questions.edit,
    "custom_answer": custom_questions.answer_again,
}
"""Records that are changed in another way."""

NOT_A_PAIR = mark("“{text}” is not of the form field=value.")
NOT_AN_OFFSET = mark("“{text}” is not an offset. Write millimetres like 1.5,-2.")
UNKNOWN_PAPER = mark("There is no paper called “{paper}”. There are: {papers}.")


def listing(
    store: StorePath,
    kind: Kinds,
    search: Annotated[str, typer.Option(help="汉字, pinyin, initials, number or phone")] = "",
    reveal: Annotated[bool, typer.Option("--reveal", help="show sensitive values in the table")] = False,
    why: Annotated[str, typer.Option(help="why you look behind the masks: visit, check, aid, health …")] = "check",
    user: User = "",
    json: Json = False,
) -> None:
    """List records. JSON has whole values for those who may look behind masks; the access log keeps the look."""
    record = records.kind_of(kind)
    with desk_at(store, user) as desk:
        found = records.ids(desk, record, Wanted(search=search))
        whole = reveal or (json and desk.may(Right.LOOK))
        if whole:
            access.looked_at_all(desk, record, found, why)
        if json:
            say_json(_as_dicts(desk, record, found, whole=whole))
        else:
            headings, rows = _table(desk, record, found, reveal=reveal)
            say_table(headings, rows)
            say(texts()("{count} records", count=len(rows)))


def _as_dicts(desk: Desk, record: type[Record], ids: Sequence[str], *, whole: bool) -> list[dict[str, object]]:
    if record.__tablename__ != "child":
        told = [_as_dict(row) for row in records.fetch(desk, record, ids)]
    else:
        told = [file.as_dict() for file in children.read(desk, ids)]
    return told if whole else [_masked(record, row) for row in told]


def _masked(record: type[Record], told: dict[str, object]) -> dict[str, object]:
    """A row for other programs with the masks of its sensitive values, the guardian's among them."""
    member = facts_of(FamilyMember)
    facts = facts_of(record) | {name: member[field] for name, field in children.GUARDIAN.items()}
    hidden = [name for name in told if name in facts and facts[name].sensitive and told[name]]
    return told | {name: masked(facts[name], str(told[name])) for name in hidden}


def _as_dict(row: Record) -> dict[str, object]:
    """A row for other programs; what is masked for everybody (who reported an incident) only as its mask."""
    told = records.as_dict(row)
    hidden = [f for f in facts_of(type(row)).values() if f.sensitivity is Sensitivity.RESTRICTED]
    return told | {f.name: masked(f, str(told[f.name])) for f in hidden if told[f.name]}


def _table(desk: Desk, record: type[Record], ids: Sequence[str], *, reveal: bool) -> tuple[list[str], list[list[str]]]:
    tr, facts = desk.texts, facts_of(record)
    listed = [f for f in facts.values() if f.listed]
    rows = records.fetch(desk, record, ids)
    names = records.references(desk, record, rows)

    def cell(row: Record, name: str) -> str:
        value = getattr(row, name)
        if facts[name].kind is Kind.REFERENCE:
            return names.get(value, value or "")
        reveal_it = reveal and facts[name].sensitivity is not Sensitivity.RESTRICTED
        return labels.show_fact(desk, facts[name], value, reveal=reveal_it)

    headings = ["ID", *(tr(f.label) for f in listed)]
    return headings, [[row.id[-8:], *(cell(row, f.name) for f in listed)] for row in rows]


def parse_pairs(texts_given: Sequence[str]) -> dict[str, object]:
    """`field=value …` as values. Raises `InvalidInput`."""
    values: dict[str, object] = {}
    for text in texts_given:
        name, equals, value = text.partition("=")
        if not equals:
            raise InvalidInput(NOT_A_PAIR, text=text)
        values[name.strip()] = value
    return values


def add(store: StorePath, kind: Kinds, pairs: Pairs, user: User = "", json: Json = False) -> None:
    """Add a record."""
    record, values = records.kind_of(kind), parse_pairs(pairs)
    with desk_at(store, user) as desk:
        if kind == "child":
            made = children.add(desk, values)[0].as_dict()
        elif kind == "family_member":
            child = records.resolve_ids(desk, Child, [str(values.pop("child_id", ""))])[0]
            made = _as_dict(family.add(desk, child, values)[0])
        else:
            full = _full_references(desk, record, values)
            special = SPECIAL.get(kind)
            row, _ = special(desk, full) if special else records.add(desk, record, full)
            made = _as_dict(row)
    _show(made, json=json)


def _full_references(desk: Desk, record: type[Record], values: Mapping[str, object]) -> dict[str, object]:
    """References may be given by the end of an id, as lists print it."""
    full = dict(values)
    for name, fact in facts_of(record).items():
        if fact.kind is Kind.REFERENCE and values.get(name):
            full[name] = records.resolve_ids(desk, records.kind_of(fact.ref), [str(values[name])])[0]
    return full


def edit(
    store: StorePath,
    kind: Kinds,
    id: Annotated[str, typer.Argument(metavar="ID")],
    pairs: Pairs,
    user: User = "",
    json: Json = False,
) -> None:
    """Change a record."""
    record, values = records.kind_of(kind), parse_pairs(pairs)
    with desk_at(store, user) as desk:
        if kind == "child":
            made = children.read(desk, [children.edit(desk, id, values)[0].id])[0].as_dict()
        else:
            full = _full_references(desk, record, values)
            special = EDITED.get(kind)
            row, _ = special(desk, id, full) if special else records.edit(desk, record, id, full)
            made = _as_dict(row)
    _show(made, json=json)


def _show(made: dict[str, object], *, json: bool) -> None:
    if json:
        say_json(made)
    else:
        say(texts()("Saved: {id}", id=made["id"]))


def import_(
    store: StorePath,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="an old ledger: .xlsx, .xls, .ods, .csv")],
    as_kind: Annotated[str, typer.Option("--as", metavar="KIND", help="read it as this kind of record")] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="only say what would happen")] = False,
    columns: Annotated[
        list[str] | None,
        typer.Option("--column", metavar="HEADER=FIELD", help="correct what a column means; kept for next time"),
    ] = None,
    user: User = "",
    json: Json = False,
) -> None:
    """Take in an old ledger."""
    corrections = {k: str(v) or None for k, v in parse_pairs(columns or []).items()}
    if as_kind:
        records.kind_of(as_kind)
    with desk_at(store, user) as desk:
        work = importing.import_ledger(desk, file, as_kind=as_kind or None, corrections=corrections, dry_run=dry_run)
        report = drive(work, quiet=json)
        problems = [_problem(p) for p in report.problems]
    if json:
        say_json({"created": report.created, "updated": report.updated, "unchanged": report.unchanged,
                  "parked": report.parked, "problems": problems, "kinds": report.by_kind, "columns": report.columns,
                  "sheets": report.sheets, "skipped": report.skipped, "dry_run": dry_run})  # fmt: skip
        if _nothing_recognised(report):
            raise typer.Exit(1)
        return
    tr = texts()
    _say_columns(report)
    told = tr("Nothing saved yet (dry run).") if dry_run else tr("Saved.")
    counts = tr("{created} new, {updated} changed, {unchanged} as before, {problems} rows with problems",
                created=report.created, updated=report.updated, unchanged=report.unchanged,
                problems=len(problems))  # fmt: skip
    say(f"{told} {counts}")
    if report.parked:
        say(tr("{count} rows may be about people on file and wait: “carehub undecided” lists them.",
               count=report.parked))  # fmt: skip
    for hidden in [s for s in report.skipped if s["what"] == "hidden"]:
        say(tr("  The hidden sheet “{sheet}” was not taken in.", sheet=hidden["sheet"]))
    for p in problems:
        say(tr("  {sheet} row {row}: {message}", sheet=p["sheet"], row=p["row"], message=p["message"]))
    if _nothing_recognised(report):
        raise typer.Exit(1)


def _nothing_recognised(report: importing.ImportReport) -> bool:
    return not any(sheet["kind"] in importing.IMPORTED for sheet in report.sheets)


def _say_columns(report: importing.ImportReport) -> None:
    tr = texts()
    rows = [
        (str(c["sheet"]), str(c["header"]), str(c["label"] or tr("(not taken)")), f"{c['score']:.0%}")
        for c in report.columns
    ]
    say_table((tr("Worksheet"), tr("Column"), tr("Taken as"), tr("How sure")), rows)


def _problem(problem: importing.ImportProblem) -> dict[str, Any]:
    return {
        "sheet": problem.sheet,
        "row": problem.row,
        "field": problem.field,
        "kind": problem.kind,
        "message": texts().error(problem.error),
    }


def _offset(text: str) -> Overprint | None:
    """`1.5,-2` as an offset to the right and down in millimetres; None if nothing is asked."""
    if not text:
        return None
    try:
        dx, dy = (float(part) for part in text.replace("，", ",").split(","))
    except ValueError:
        raise InvalidInput(NOT_AN_OFFSET, text=text) from None
    return Overprint(dx, dy)


def papers(
    store: StorePath,
    paper: Annotated[
        str,
        typer.Argument(
            metavar="PAPER",
            help=f"one of: {', '.join(printing.PAPERS)}",
        ),
    ],
    out: Annotated[Path, typer.Option(help="the PDF to write")],
    ids: Annotated[str, typer.Option(metavar="ID,ID…", help="only for these")] = "",
    overprint: Annotated[
        str, typer.Option(metavar="DX,DY", help="text only for pre-printed certificates, moved by millimetres")
    ] = "",
    subject: Annotated[str, typer.Option(metavar="CODE", help="of a public notice: aid, wish, award …")] = "aid",
    user: User = "",
    json: Json = False,
) -> None:
    """Print papers into a PDF."""
    if paper not in printing.PAPERS:
        raise InvalidInput(UNKNOWN_PAPER, paper=paper, papers=", ".join(printing.PAPERS))
    chosen = [part for part in ids.replace("，", ",").split(",") if part]
    with desk_at(store, user) as desk:
        if paper == "visit-sheet":
            made = drive(printing.visit_sheet_file(desk, out, chosen), quiet=json)
        elif paper == "route-list":
            made = drive(route_lists.route_list_file(desk, out, chosen), quiet=json)
        elif paper == "certificate":
            made = drive(printing.certificate_file(desk, out, chosen, _offset(overprint)), quiet=json)
        elif paper == "child-file":
            made = drive(child_files.write(desk, out, chosen), quiet=json)
        elif paper in registration_forms.PAPERS:
            made = drive(registration_forms.write(desk, out, paper, chosen), quiet=json)
        elif paper == "consent-form":
            made = drive(printing.consent_form_file(desk, out, chosen), quiet=json)
        elif paper == "public-notice":
            made = notices.write(desk, out, chosen, subject).printed(out)
        elif paper in group_papers.PAPERS:
            made = drive(group_papers.file(desk, out, paper, chosen), quiet=json)
        else:
            made = printing.test_print_file(desk, out, _offset(overprint) or Overprint())
    if json:
        say_json({"file": str(made.file), "pages": made.pages, "papers": made.papers})
    else:
        say(texts()("{papers} papers on {pages} pages: {file}", papers=made.papers, pages=made.pages,
                    file=str(made.file)))  # fmt: skip
