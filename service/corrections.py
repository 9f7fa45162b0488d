"""What the engine gets wrong and can be put right in the text of a query."""

import re
from collections.abc import Iterator
from typing import Final

from foedus.service.edits import Edit, edited
from foedus.service.prologue import Prologue
from foedus.service.tokens import group_end, tokens


def corrections(text: str) -> Iterator[Edit]:
    """Make ``GROUP_CONCAT`` a simple literal (SPARQL 1.1 Query, section 18.5.1.7).

    The engine keeps a language tag that all strings have.
    """
    if "group_concat" not in text.lower():
        return
    found = list(tokens(text))
    for index, token in enumerate(found[:-1]):
        if token.text.upper() == "GROUP_CONCAT" and found[index + 1].text == "(":
            yield Edit(token.start, token.start, "STR(")
            end = found[group_end(found, index + 1)].end
            yield Edit(end, end, ")")


_LATER: Final = re.compile(r";(?:\s|#[^\n\r]*)*(?:PREFIX|BASE)", re.IGNORECASE)


def without_prologues(update: str, is_all: bool = False) -> str:
    """Write out the names of an update that declares prefixes or a base behind a semicolon.

    The engine takes declarations at the beginning only. With ``is_all`` it gets none at all.
    """
    if not is_all and not _LATER.search(update):
        return update
    prologue = Prologue()
    edits: list[Edit] = []
    is_later = is_all
    declared = False
    found = list(tokens(update))
    for index, token in enumerate(found):
        prologue.see(token)
        is_later = is_later or (token.text == ";" and token.depth == 0)
        word = token.text.upper() if is_later and token.kind == "word" and not token.depth else ""
        if word in ("PREFIX", "BASE"):
            declared = True
            last = found[min(index + (2 if word == "PREFIX" else 1), len(found) - 1)]
            edits.append(Edit(token.start, last.end, ""))
        elif declared and token.kind in ("name", "iri") and token.start >= edits[-1].end:
            iri = prologue.resolve(token)
            if iri is not None:
                edits.append(Edit(token.start, token.end, f"<{iri}>"))
    return edited(update, edits) if declared else update
