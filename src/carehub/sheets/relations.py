"""The everyday words for a child's relatives, in the many ways ledgers bend them."""

import re
import unicodedata

from carehub.domain.codes import Codebook

_PREFIX = re.compile("^(?:亲生?|的|其|孩子的?|儿童的?|该生的?|学生的?|是|系|为)+")
_SUFFIX = re.compile("(?:的?关系|的|带|在带|照顾|照看|照料|抚养|监护|代管)$")
CHILD_ITSELF = {"20", "30"}
_GRANDCHILD = re.compile(
    "^(?:长|次|大|小|二)?(?:外)?(?:孙子|孙女|孙|外甥|外甥女|侄子|侄女|侄儿|曾孙)$|^(?:长|次|大|小|二|三|独生?)?(?:儿子?|女儿?|子)$"
)


def relation_code(codes: Codebook, text: str) -> str | None:
    """The GB/T 4761 code of the carer's relation to the child, or None."""
    word = re.sub(r"\s", "", unicodedata.normalize("NFKC", text))
    outside, inside = re.sub(r"\(.*?\)", "", word), re.findall(r"\((.*?)\)", word)
    for form in (word, outside, *inside):
        for tried in (form, _SUFFIX.sub("", form), _PREFIX.sub("", _SUFFIX.sub("", form))):
            code = codes["relation"].code_for(tried) if tried else None
            if code:
                return code
    return None


def tells_the_child(text: str) -> bool:
    """Whether the word says what the child is to the carer (孙子), which leaves open who the carer is."""
    word = _PREFIX.sub("", _SUFFIX.sub("", re.sub(r"\s", "", text)))
    return bool(_GRANDCHILD.match(word))
