"""Fields that hold several codes. What a user would lose: a tick that is stored and never shown again, or two spellings
of one answer that count as a change."""

import pytest

from carehub import resources
from carehub.domain import drafts
from carehub.domain.facts import Kind, facts_of
from carehub.domain.masking import masked
from carehub.domain.people import Child
from carehub.domain.records import RECORDS

GROUPS = facts_of(Child)["priority_groups"]


@pytest.mark.parametrize(
    "typed",
    ["低保、孤儿", "孤儿,低保", "orphan low_income", "low_income orphan", "城乡低保户；孤儿", "孤儿\n低保户\n孤儿"],
)
def test_every_spelling_is_stored_alike(typed: str) -> None:
    assert drafts.check_value(GROUPS, typed, resources.codebook()) == ("low_income orphan", None)


def test_names_with_spaces_are_found_whole() -> None:
    value, problem = drafts.check_value(GROUPS, "Minimum living allowance, Orphan", resources.codebook())
    assert (value, problem) == ("low_income orphan", None)


def test_a_word_that_is_not_in_the_list_is_named() -> None:
    value, problem = drafts.check_value(GROUPS, "低保、飞人", resources.codebook())
    assert value is None
    assert problem is not None
    assert (problem.kind, problem.values["value"]) == ("code", "飞人")


def test_nothing_ticked_is_nothing_known() -> None:
    assert drafts.check_value(GROUPS, " 、 ", resources.codebook()) == (None, None)


def test_names_come_in_the_order_of_the_list_and_unknown_codes_are_shown() -> None:
    codes, texts = resources.codebook()["priority_group"], resources.texts()
    assert codes.name_of("low_income newer orphan unstable", texts) == "脱贫不稳定户、城乡低保户、孤儿、newer"
    assert codes.name_of("orphan", resources.texts("en")) == "Orphan"


def test_a_mask_over_a_short_list_gives_no_first_character_away() -> None:
    assert masked(facts_of(Child)["disability_kind"], "肢体残疾") == "***"


def test_every_list_of_several_has_codes_that_can_be_joined() -> None:
    """A code with a space would fall apart when it is read back."""
    several = [f for record in RECORDS.values() for f in facts_of(record).values() if f.kind is Kind.CHOICES]
    assert several
    for fact in several:
        assert all(" " not in code.code for code in resources.codebook()[fact.codes]), fact.name
