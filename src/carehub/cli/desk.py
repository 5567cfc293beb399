"""Commands of the merge desk: questions, files of one person, what waits."""

from typing import Annotated, Any

import typer

from carehub.cli.terminal import Json, StorePath, User, desk_at, drive, say, say_ids, say_json, say_table, texts
from carehub.domain.errors import InvalidInput
from carehub.domain.texts import mark
from carehub.services import duplicates, labels, quarantine, questions
from carehub.services.desk import Desk
from carehub.services.duplicates import Suggestion

ONE_WAY = mark("Please say either which value to take (--take), or a value of your own (--value).")
WHOSE = mark("Please name a question, or a child and a side (--child, --side).")
OneId = Annotated[str, typer.Argument(metavar="ID", help="a file's number, or the end of it")]
OtherId = Annotated[str, typer.Argument(metavar="ID", help="another file's number")]
Questions = Annotated[list[str], typer.Argument(metavar="ID…", help="numbers of questions")]


def conflicts(store: StorePath, user: User = "", json: Json = False) -> None:
    """Show the open questions, those of one person together, then those put aside."""
    tr = texts()
    with desk_at(store, user) as desk:
        found = sorted(questions.all_questions(desk), key=lambda q: q.parked)
        if json:
            say_json([_question(q) for q in found])
            return
        rows = [
            (q.id if a.n == 1 else "", _whose(q) if a.n == 1 else "", _field(q) if a.n == 1 else "",
             str(a.n), a.text or tr("(empty)"), a.author or "", a.site or "", labels.moment(a.at))
            for q in found
            for a in q.answers
        ]  # fmt: skip
        rows += [(q.id, tr(quarantine.RESTRICTED), "", "", "", "", "", "") for q in found if q.hidden]
    if not rows:
        say(tr("No open questions."))
        return
    headings = ("ID", tr("Who"), tr("Field"), tr("No."), tr("Value"), tr("Written by"), tr("At"), tr("Time"))
    say_table(headings, rows)
    for group in questions.groups([q for q in found if not q.parked and not q.hidden]):
        sides = "、".join(tr("{side}: {count}", side=side.name, count=side.count) for side in group.sides)
        say(tr("{who} ({id}): {count} questions. All of one side: {sides}", who=group.name, id=group.id[-8:],
               count=len(group.questions), sides=sides))  # fmt: skip


def _whose(question: questions.Question) -> str:
    mark_ = texts()("(put aside)") if question.parked else ""
    return f"{question.owner}{mark_}"


def _field(question: questions.Question) -> str:
    return labels.label(texts(), question.kind, question.field)


def _question(question: questions.Question) -> dict[str, Any]:
    return {
        "id": question.id,
        "kind": question.kind,
        "record_id": question.record_id,
        "field": question.field,
        "child_id": question.child_id,
        "child": question.child,
        "group": {"kind": question.owner_kind, "id": question.owner_id, "name": question.owner},
        "parked": question.parked,
        "voids": question.voids,
        "restricted": question.hidden,
        "values": [
            {"n": a.n, "value": _value(question, a), "author": a.author, "site": a.site, "at": labels.iso_moment(a.at)}
            for a in question.answers
        ],
    }


def _value(question: questions.Question, answer: questions.Answer) -> object:
    """A value as it is stored; of who reported an incident only the mask."""
    return answer.text if labels.masked_for_all(question.kind, question.field) else answer.value


def resolve(
    store: StorePath,
    question: Annotated[str, typer.Argument(metavar="[ID]", help="the question's number")] = "",
    take: Annotated[int, typer.Option(metavar="N", help="which of its values to take")] = 0,
    value: Annotated[str | None, typer.Option(metavar="TEXT", help="a value of your own")] = None,
    child: Annotated[str, typer.Option(metavar="ID", help="a child: all its questions at once")] = "",
    side: Annotated[str, typer.Option(metavar="SITE_OR_AUTHOR", help="whose values to take for the child")] = "",
    user: User = "",
    json: Json = False,
) -> None:
    """Settle a question, or all questions about a child with what one side wrote."""
    if bool(question) == bool(child) or bool(child) != bool(side):
        raise InvalidInput(WHOSE)
    if question and bool(take) == (value is not None):
        raise InvalidInput(ONE_WAY)
    with desk_at(store, user) as desk:
        settled = 1
        if child:
            _, settled = questions.resolve_side(desk, child, side)
        elif value is not None:
            questions.answer(desk, question, value)
        else:
            questions.resolve(desk, question, take)
        left = questions.count(desk)
    if json:
        say_json({"id": question or child, "taken": take or value or side, "settled": settled, "open": left})
    else:
        say(texts()("Settled: {settled}. Open questions: {count}", settled=settled, count=left))


def park(store: StorePath, ids: Questions, user: User = "", json: Json = False) -> None:
    """Put questions aside: they are listed apart and keep nobody from going on."""
    with desk_at(store, user) as desk:
        _say_parked(desk, questions.park(desk, ids), json=json)


def unpark(store: StorePath, ids: Questions, user: User = "", json: Json = False) -> None:
    """Take questions up again that were put aside."""
    with desk_at(store, user) as desk:
        _say_parked(desk, questions.unpark(desk, ids), json=json)


def _say_parked(desk: Desk, changed: int, *, json: bool) -> None:
    counts = {"changed": changed, "open": questions.count(desk), "parked": questions.count(desk, parked=True)}
    if json:
        say_json(counts)
    else:
        say(texts()("Open questions: {open}, put aside: {parked}", **counts))


def find_duplicates(store: StorePath, user: User = "", json: Json = False) -> None:
    """Show files that may be of the same person."""
    tr = texts()
    with desk_at(store, user) as desk:
        found = drive(duplicates.find(desk), quiet=json)
        cards = duplicates.compare(desk, found.all)
    if json:
        later = set(found.later)
        say_json([_suggestion(s, later=s in later) for s in found.all])
        return
    if not cards:
        say(tr("No files that may be of the same person."))
        return
    rows = [
        (c.suggestion.one[-8:], c.suggestion.other[-8:], c.name, "／".join(c.sites), tr(c.suggestion.sure),
         tr(duplicates.REASONS[c.suggestion.reason]))
        for c in cards
    ]  # fmt: skip
    say_table(("ID", "ID", tr("Name"), tr("Site"), tr("How sure"), tr("Why")), rows)


def _suggestion(suggestion: Suggestion, *, later: bool) -> dict[str, Any]:
    return {
        "kind": suggestion.kind,
        "ids": [suggestion.one, suggestion.other],
        "reason": suggestion.reason,
        "score": round(suggestion.score, 2),
        "later": later,
    }


def link(store: StorePath, one: OneId, to: OtherId, user: User = "", json: Json = False) -> None:
    """Say that the first file is of the same person as the second, which stands for both."""
    with desk_at(store, user) as desk:
        touched = duplicates.link(desk, one, to)
    say_ids(mark("Linked: the two files are shown as one person."), [row for _, row in touched.rows], json=json)


def unlink(store: StorePath, one: OneId, user: User = "", json: Json = False) -> None:
    """Take a link back."""
    with desk_at(store, user) as desk:
        touched = duplicates.unlink(desk, one)
    say_ids(mark("Unlinked: each file stands for itself again."), [row for _, row in touched.rows], json=json)


def distinct(store: StorePath, one: OneId, other: OtherId, user: User = "", json: Json = False) -> None:
    """Say that two files are not of the same person; they are not suggested again."""
    with desk_at(store, user) as desk:
        duplicates.distinct(desk, one, other)
    say_ids(mark("Remembered: these are two people."), [one, other], json=json)
