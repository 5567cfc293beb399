"""What a sample says about its batch: counts, and exact confidence intervals.

The interval is Clopper and Pearson's, computed by SciPy (`binomtest(...).proportion_ci(method="exact")`). It holds at
least the confidence it claims for any share and any size of sample; as the sample is drawn from a finite list without
putting back, it is a little wider than it need be, never narrower. By school the calls are allotted in proportion, so
that the sample may be read as one.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from carehub.domain.aid import AuditCall, AuditSample
from carehub.domain.money import yuan
from carehub.domain.texts import mark
from carehub.services import audits
from carehub.services.desk import Desk

CONFIDENCE = 0.95
SATISFIED = ("4", "5")

CALLED = mark("{called} of {population} payments were drawn ({rate}). {reached} were reached, {missed} were not in "
              "three tries, {open} are still to be called.")  # fmt: skip
IN_FULL = mark("Of the {reached} reached, {full} had received the full sum ({share}). With {level} confidence, between "
               "{low} and {high} of all payments of this batch were received in full.")  # fmt: skip
CONTENT = mark("{content} of {asked} are satisfied or very satisfied ({share}; with {level} confidence between {low} "
               "and {high} of all).")  # fmt: skip
SUMS = mark("Due to those reached: {due} yuan; received: {received} yuan. Differences not explained yet: {flagged}.")
NO_STATEMENT = mark("Nobody was reached yet, so nothing can be said about the batch.")


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many, and between which shares of the whole batch that lies (0 to 1)."""

    count: int
    of: int
    low: float
    high: float

    def words(self) -> dict[str, str]:
        """The values of a sentence."""
        return {"share": f"{self.count / self.of:.1%}", "low": f"{self.low:.1%}", "high": f"{self.high:.1%}",
                "level": f"{CONFIDENCE:.0%}"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Statement:
    """What is known about a sample. `in_full` and `content` are None while nobody was reached."""

    sample: AuditSample
    drawn: int
    reached: int
    unreachable: int
    open: int
    due_fen: int
    received_fen: int
    differing: int
    flagged: int
    in_full: Share | None
    content: Share | None


def interval(count: int, of: int) -> Share:
    """The share `count` of `of` with its exact confidence interval."""
    from scipy.stats import binomtest  # takes a second to load

    found = binomtest(count, of).proportion_ci(CONFIDENCE, method="exact")
    return Share(count, of, float(found.low), float(found.high))


def of_sample(desk: Desk, sample_id: str) -> Statement:
    """The statement about one drawn sample, as of now. Raises `NotFound`."""
    found = audits.calls(desk, sample_id)
    sample = audits.redraw(desk, sample_id).sample
    return _of_calls(sample, audits.called(found))


def _of_calls(sample: AuditSample, made: Sequence[AuditCall]) -> Statement:
    reached = [c for c in made if c.outcome == "reached"]
    wrong = [c for c in reached if audits.differs(c)]
    content = sum(c.satisfaction in SATISFIED for c in reached)
    return Statement(
        sample,
        drawn=sum(not c.reserve for c in made),
        reached=len(reached),
        unreachable=sum(c.outcome == "unreachable" for c in made),
        open=sum(c.outcome is None for c in made),
        due_fen=sum(c.due_fen or 0 for c in reached),
        received_fen=sum(c.received_fen or 0 for c in reached),
        differing=len(wrong),
        flagged=sum(not c.explained_on for c in wrong),
        in_full=interval(len(reached) - len(wrong), len(reached)) if reached else None,
        content=interval(content, len(reached)) if reached else None,
    )


def sentences(desk: Desk, told: Statement) -> list[str]:
    """The statement in words, for screen and paper."""
    tr, population = desk.texts, told.sample.population or 0
    rate = f"{told.drawn / population:.1%}" if population else ""
    said = [
        tr(CALLED, called=told.drawn, population=population, rate=rate, reached=told.reached, missed=told.unreachable,
           open=told.open)
    ]  # fmt: skip
    if told.in_full is None or told.content is None:
        return [*said, tr(NO_STATEMENT)]
    full, content = told.in_full, told.content
    return [
        *said,
        tr(IN_FULL, reached=full.of, full=full.count, **full.words()),
        tr(CONTENT, content=content.count, asked=content.of, **content.words()),
        tr(SUMS, due=yuan(told.due_fen), received=yuan(told.received_fen), flagged=told.flagged),
    ]
