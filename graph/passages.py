"""Find sentences and passages in a text, as spans of Unicode code points (end exclusive)."""

import re
from dataclasses import dataclass
from typing import Final

from foedus.ontology.errors import InputRefused

_END: Final = re.compile(r"[.!?…]+[\"'“”»«’)\]]*(?=\s|$)|\n")
_ORDINAL: Final = re.compile(r"(?<![\d.])\d{1,2}\.$")
_ABBREVIATION: Final = re.compile(
    r"(?:^|[\s(])(?:[A-Za-zÄÖÜ]|bzw|ca|Dr|etc|evtl|ggf|Mio|Mr|Mrd|Mrs|No|Nr|Prof|sog|St|usw|vgl|vs)\.$"
)


@dataclass(frozen=True, order=True, slots=True)
class Span:
    """A stretch of a text in Unicode code points, ``end`` exclusive."""

    start: int
    end: int

    def __contains__(self, other: "Span") -> bool:
        return self.start <= other.start and other.end <= self.end


def sentences(text: str) -> list[Span]:
    """Split ``text`` into sentences, in order, without the white space between them.

    A line break ends a sentence. A full stop after an ordinal ("3. Mai"), an initial or a common
    German or English abbreviation does not.
    """
    spans = []
    start = 0
    for match in _END.finditer(text):
        before = text[start : match.end()]
        if match.group() == "." and (_ORDINAL.search(before) or _ABBREVIATION.search(before)):
            continue
        spans.append(_trimmed(text, start, match.end()))
        start = match.end()
    spans.append(_trimmed(text, start, len(text)))
    return [span for span in spans if span.start < span.end]


def locate(text: str, quote: str, within: Span | None = None) -> Span:
    """Find the one place where ``quote`` stands in ``text``, or in the part ``within`` of it.

    Raises:
        InputRefused: the quotation is empty, is not there, or is there more than once.
    """
    part = within or Span(0, len(text))
    if not quote.strip():
        raise InputRefused("the quotation is empty")
    start = text.find(quote, part.start, part.end)
    if start < 0:
        raise InputRefused(f"not in the text: “{quote}”")
    if text.find(quote, start + 1, part.end) >= 0:
        raise InputRefused(f"more than once in the text, quote more of it: “{quote}”")
    return Span(start, start + len(quote))


def _trimmed(text: str, start: int, end: int) -> Span:
    part = text[start:end]
    return Span(start + len(part) - len(part.lstrip()), end - len(part) + len(part.rstrip()))
