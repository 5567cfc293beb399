"""The words of screen and paper: English message ids in the code, their Chinese in one catalogue."""

from collections.abc import Mapping

from carehub.domain.errors import CareHubError

CHINESE = "zh_CN"
ENGLISH = "en"
LANGUAGES = (CHINESE, ENGLISH)


class Texts:
    """Turns message ids into the chosen language. Message ids are English and stand in for themselves."""

    def __init__(self, language: str, catalogue: Mapping[str, str]) -> None:
        self.language = language
        self._catalogue = catalogue if language == CHINESE else {}

    def __call__(self, message: str, /, **values: object) -> str:
        text = self._catalogue.get(message, message)
        return text.format(**values) if values else text

    def error(self, error: CareHubError) -> str:
        """The sentence of an expected error; values that are message ids themselves are translated too."""
        values = {name: self(v) if isinstance(v, str) else v for name, v in error.values.items()}
        return self(error.message, **values)

    def pick(self, chinese: str, english: str) -> str:
        """The name of a code, which reference data carries in both languages."""
        return chinese if self.language == CHINESE else english


def mark(message: str) -> str:
    """Marks a message id that is translated later, where it is shown."""
    return message
