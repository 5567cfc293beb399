"""What a sensitive value looks like to those who did not ask to see it: enough to recognise, too little to use."""

import re

from carehub.domain.facts import Fact, Kind, Sensitivity

_ADDRESS_SHOWN = 6
_NUMBER_PARTS = (6, 4)  # area code and end, as public notices show identity numbers
_PHONE_PARTS = (3, 4)
_DIGIT = re.compile("[0-9]")


def masked(fact: Fact, text: str) -> str:
    """The text with its middle hidden, by the kind of its field; the length of what is hidden is shown for
    identity numbers only. Of what is restricted nothing is shown, not even a surname."""
    if not text:
        return ""
    if fact.sensitivity is Sensitivity.RESTRICTED or fact.codes:
        return "***"  # of a short list, the first character tells all
    if fact.kind is Kind.IDENTITY_NO:
        first, last = _NUMBER_PARTS
        hidden = len(text) - first - last
        return text[:first] + "*" * hidden + text[-last:] if hidden > 0 else text[:1] + "**"
    if fact.kind is Kind.PHONE:
        return "、".join(_phone(part) for part in text.split("、"))
    if "address" in fact.name:
        return text[:_ADDRESS_SHOWN] + "***" if len(text) > _ADDRESS_SHOWN else text[:1] + "***"
    return text[:1] + "**"


def _phone(text: str) -> str:
    if not _DIGIT.search(text):
        return text  # 无: there is nothing to hide
    first, last = _PHONE_PARTS
    return f"{text[:first]}****{text[-last:]}" if len(text) > first + last else text[:1] + "**"
