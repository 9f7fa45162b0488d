"""The words of the pages: all of them are German too, and say the same."""

import re
from collections.abc import Iterator
from pathlib import Path

from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from foedus.service.reading.speech import LOCALES, Speech

SERVICE = LOCALES.parent
KEYWORDS = {"_": None, "say": None, "marked": None, "count": (1, 2)}
HOLES = re.compile(r"%\((\w+)\)s")


def messages() -> Iterator[str | tuple[str, ...]]:
    """Give what code and templates say."""
    methods = [("reading/**.py", "python"), ("templates/reading/**.html", "jinja2")]
    for _, _, message, _, _ in extract_from_dir(
        SERVICE, methods, keywords=KEYWORDS, options_map={}
    ):
        yield message


def test_every_message_is_translated_and_no_translation_is_left_over() -> None:
    with (LOCALES / "de.po").open("rb") as file:
        catalogue = read_po(file, locale="de")
    said = {it if isinstance(it, str) else it[0] for it in messages()}
    known = {it.id if isinstance(it.id, str) else it.id[0] for it in catalogue if it.id}
    plurals = {it.id[1] for it in catalogue if not isinstance(it.id, str)}
    assert said - known - plurals == set()
    assert known - said == set()
    for message in catalogue:
        texts = [message.string] if isinstance(message.string, str) else message.string
        assert message.id == "" or all(texts), message.id


def test_translations_have_the_same_holes() -> None:
    with (LOCALES / "de.po").open("rb") as file:
        catalogue = read_po(file, locale="de")
    for message in catalogue:
        if isinstance(message.id, str) and message.id:
            assert set(HOLES.findall(message.id)) == set(HOLES.findall(str(message.string)))


def test_days_and_numbers_are_written_as_each_language_does() -> None:
    assert Speech("en").day("2024-10-08") == "8 October 2024"
    assert Speech("de").day("2024-10-08") == "8. Oktober 2024"
    assert Speech("en").day("in autumn") == "in autumn"
    assert Speech("en").number(1234) == "1,234"
    assert Speech("de").number(1234) == "1.234"
    assert Speech("de").count("denied once", "denied %(count)s times", 2) == "2-mal bestritten"


def test_there_is_a_file_for_each_language_but_the_first() -> None:
    assert [path.name for path in Path(LOCALES).glob("*.po")] == ["de.po"]
