"""The text of a rule file: its header, and refusals that tell the line."""

import re
from functools import cached_property
from pathlib import Path
from typing import Final, NoReturn

from foedus.graph.inference.rule import RuleRefused

_HEADER: Final = ("title", "title-de", "sentence", "sentence-de")
KEYWORDS: Final = {
    "AggregateJoin": r"GROUP|COUNT|SUM|MIN|MAX|AVG|SAMPLE",
    "Builtin_EXISTS": "EXISTS",
    "Distinct": "DISTINCT",
    "Group": r"GROUP|COUNT|SUM|MIN|MAX|AVG|SAMPLE",
    "LeftJoin": "OPTIONAL",
    "Minus": "MINUS",
    "OrderBy": "ORDER",
    "ServiceGraphPattern": "SERVICE",
    "Slice": "LIMIT|OFFSET",
    "ToMultiSet": "VALUES|SELECT",
    "Union": "UNION",
}
"""What rdflib's names of operations look like in a rule's text."""


class Source:
    """A rule's text and where it is from."""

    def __init__(self, text: str, path: Path) -> None:
        self.text, self.path = text, path

    def refuse(self, reason: str, words: str = "") -> NoReturn:
        """Raise `RuleRefused` for the first line, header aside, that has ``words``."""
        for number, line in enumerate(self.text.splitlines(), 1):
            code = "" if line.startswith(("#", "PREFIX")) else re.sub(r"<[^>]*>", "<>", line)
            if words and re.search(words, code, re.IGNORECASE):
                self.refuse_line(reason, number)
        self.refuse_line(reason, 1)

    def refuse_line(self, reason: str, line: int, column: int | None = None) -> NoReturn:
        """Raise `RuleRefused` for a line."""
        raise RuleRefused(reason, str(self.path), line, column)

    @cached_property
    def header(self) -> dict[str, str]:
        """The lines that begin with ``#+``, by their keys."""
        found: dict[str, str] = {}
        for number, line in enumerate(self.text.splitlines(), 1):
            if not line.startswith("#+"):
                break
            key, colon, value = line.removeprefix("#+").partition(":")
            if not colon or key.strip() not in (*_HEADER, "weakens"):
                known = ", ".join((*_HEADER, "weakens"))
                self.refuse_line(f"the header has {known}", number)
            found[key.strip()] = value.strip()
        if missing := [key for key in _HEADER if not found.get(key)]:
            self.refuse(f"the header lacks {', '.join(missing)}")
        if found.get("weakens", "possible") not in ("possible", "probable"):
            self.refuse("a rule weakens to possible or probable")
        return found
