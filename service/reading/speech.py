"""The words of the pages: messages by gettext, days and numbers as each language writes them.

A message is written in English in code and templates; ``locales/de.po`` has the German one.
"""

from dataclasses import dataclass
from datetime import date
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Final

from babel.dates import format_date
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal
from babel.support import NullTranslations, Translations

from foedus.graph.proofs import Language

LOCALES: Final = Path(__file__).parents[1] / "locales"


def marked(message: str) -> str:
    """Mark a message that is translated where it is shown."""
    return message


@dataclass(frozen=True)
class Speech:
    """A language, spoken."""

    language: Language

    def say(self, message: str, **values: object) -> str:
        """Translate a message, and put values in the place of ``%(name)s``."""
        said = self.translations.ugettext(message)
        return said % values if values else said

    def count(self, one: str, many: str, number: int) -> str:
        """Translate a message about a number, ``%(count)s`` in it."""
        said = self.translations.ungettext(one, many, number)
        return said % {"count": self.number(number)}

    def number(self, value: float) -> str:
        """Write a number."""
        return format_decimal(value, locale=self.language)

    def day(self, iso: str) -> str:
        """Write a day: ``8 October 2024``, ``8. Oktober 2024``."""
        try:
            day = date.fromisoformat(iso)
        except ValueError:
            return iso
        pattern = "d MMMM y" if self.language == "en" else "d. MMMM y"
        return format_date(day, pattern, locale=self.language)

    def short_day(self, day: date) -> str:
        """Write a day where there is little room: ``8 Oct 2024``, ``8. Okt. 2024``."""
        pattern = "d MMM y" if self.language == "en" else "d. MMM y"
        return format_date(day, pattern, locale=self.language)

    @property
    def translations(self) -> NullTranslations:
        """The catalogue of the language."""
        return _translations(self.language)


@cache
def _translations(language: Language) -> NullTranslations:
    path = LOCALES / f"{language}.po"
    if not path.exists():  # the language in which messages are written
        return NullTranslations()
    compiled = BytesIO()
    with path.open("rb") as file:
        write_mo(compiled, read_po(file, locale=language))
    compiled.seek(0)
    return Translations(compiled)
