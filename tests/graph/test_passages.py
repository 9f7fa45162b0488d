"""Sentences and passages of a text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foedus.graph.passages import Span, locate, sentences
from foedus.ontology.errors import InputRefused


def texts_of(text: str) -> list[str]:
    return [text[span.start : span.end] for span in sentences(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Er kam. Sie ging.", ["Er kam.", "Sie ging."]),
        ("Am 3. Mai kam er.", ["Am 3. Mai kam er."]),
        ("Das war 1921. Danach kam er.", ["Das war 1921.", "Danach kam er."]),
        ("Am 03.05.1921 kam er.", ["Am 03.05.1921 kam er."]),
        ("Er kam\nSie ging", ["Er kam", "Sie ging"]),
        ("„Er kam.“ Sie ging!", ["„Er kam.“", "Sie ging!"]),
        ("Prof. Orel und Dr. A. Vogt kamen.", ["Prof. Orel und Dr. A. Vogt kamen."]),
        ("  Er kam.  ", ["Er kam."]),
        ("", []),
    ],
)
def test_a_text_is_split_where_a_sentence_ends(text: str, expected: list[str]) -> None:
    assert texts_of(text) == expected


@given(st.text(alphabet="aB1.!? \n„“ß", max_size=60))
def test_sentences_are_in_order_and_leave_out_only_white_space(text: str) -> None:
    position = 0
    for span in sentences(text):
        assert not text[position : span.start].strip()
        assert text[span.start : span.end] == text[span.start : span.end].strip()
        assert span.start < span.end
        position = span.end
    assert not text[position:].strip()


def test_positions_are_code_points_and_not_bytes() -> None:
    assert locate("Bücher 📚 kamen", "kamen") == Span(9, 14)


@pytest.mark.parametrize(
    ("quote", "reason"),
    [("Pferde", "not in the text"), ("kam", "more than once"), ("  ", "empty")],
)
def test_a_quotation_that_is_not_there_once_is_refused(quote: str, reason: str) -> None:
    with pytest.raises(InputRefused, match=reason):
        locate("Er kam. Sie kam.", quote)


def test_a_quotation_is_looked_for_within_its_sentence() -> None:
    assert locate("Er kam. Sie kam.", "kam", Span(8, 16)) == Span(12, 15)
    with pytest.raises(InputRefused, match="not in the text"):
        locate("Er kam. Sie ging.", "ging", Span(0, 7))


@given(st.text(min_size=1, max_size=40), st.data())
def test_what_is_located_is_what_was_quoted(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    quote = text[start:end]
    if quote.strip() and text.find(quote) == start and text.find(quote, start + 1) < 0:
        assert locate(text, quote) == Span(start, end)
