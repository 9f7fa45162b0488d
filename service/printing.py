"""Answers on a terminal: a table for people, the standard formats for programs."""

import csv
import sys
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import Final, TextIO

import pyoxigraph as ox
import rdflib
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from foedus.graph.dyad_years import PLEDGES, DyadYear
from foedus.graph.questions import Question
from foedus.ontology.errors import InputRefused
from foedus.ontology.lexical import Names, natural
from foedus.service.workers.formats import RESULTS

_WIDE: Final = 10_000
_GRAPHS: Final = {
    "json": ox.RdfFormat.JSON_LD,
    "table": ox.RdfFormat.TURTLE,
    "xml": ox.RdfFormat.RDF_XML,
}


def print_result(
    result: ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples, form: str, output: TextIO
) -> None:
    """Print the answer to a query as ``table``, ``csv``, ``tsv``, ``json`` or ``xml``.

    A graph is printed as Turtle, JSON-LD or RDF/XML; a table of a boolean is a word.

    Raises:
        InputRefused: the form of the answer has no such format.
    """
    if isinstance(result, ox.QueryTriples):
        if form not in _GRAPHS:
            raise InputRefused(f"a graph has no {form} form; choose table, json or xml", "--format")
        output.write((result.serialize(format=_GRAPHS[form]) or b"").decode())
    elif form == "table" and isinstance(result, ox.QueryBoolean):
        output.write("true\n" if result else "false\n")
    elif form == "table" and isinstance(result, ox.QuerySolutions):
        names = [variable.value for variable in result.variables]
        print_table(names, ([_cell(row[name]) for name in names] for row in result), output)
    elif isinstance(result, ox.QueryBoolean) and form in ("csv", "tsv"):
        raise InputRefused(f"a truth value has no {form} form; choose json or xml", "--format")
    else:
        output.write((result.serialize(format=RESULTS[form]) or b"").decode())


def print_table(names: Sequence[str], rows: Iterable[Sequence[str]], output: TextIO) -> None:
    """Print rows under a heading; cells are wrapped on a terminal and whole elsewhere."""
    table = Table(*names, box=box.SIMPLE_HEAD, pad_edge=False)
    count = 0
    for row in rows:
        table.add_row(*map(Text, row))
        count += 1
    _console(output).print(table)
    print(f"{count} {'row' if count == 1 else 'rows'}", file=sys.stderr)


def print_questions(questions: Iterable[Question], output: TextIO) -> None:
    """Print names and titles of the questions, group by group."""
    console = _console(output)
    for group, members in groupby(questions, key=lambda question: question.group["en"]):
        table = Table(group, "", box=box.SIMPLE_HEAD, pad_edge=False)
        for question in members:
            parameters = "".join(f" -p {p.name}=…" for p in question.parameters)
            table.add_row(Text(question.name + parameters), Text(question.title["en"]))
        console.print(table)


def _console(output: TextIO) -> Console:
    is_terminal = output.isatty()
    return Console(file=output, width=None if is_terminal else _WIDE, highlight=False)


def _cell(term: object) -> str:
    """Write one term for a person: prefixed names, literals without quotes."""
    if isinstance(term, ox.NamedNode):
        return Names().written(rdflib.URIRef(term.value))
    if isinstance(term, ox.Literal):
        return f"{term.value} @{term.language}" if term.language else term.value
    return "" if term is None else str(term)


def print_dyad_years(rows: Iterable[DyadYear], numbers: Mapping[str, str], output: TextIO) -> None:
    """Print dyad-years as CSV: 1 for a pledge, and in ``possible`` those that are only possible.

    States and agreements are given by their numbers (Correlates of War, ATOP), or by their IRIs.
    """
    writer = csv.writer(output, lineterminator="\n")
    writer.writerow(["bearer", "counterparty", "year", *PLEDGES, "possible", "agreements"])
    for row in rows:
        possible = [pledge for pledge in PLEDGES if row.pledges.get(pledge)]
        agreements = sorted((numbers.get(it, it) for it in row.agreements), key=natural)
        writer.writerow(
            [
                numbers.get(row.bearer, row.bearer),
                numbers.get(row.counterparty, row.counterparty),
                row.year,
                *(int(pledge in row.pledges) for pledge in PLEDGES),
                " ".join(possible),
                " ".join(agreements),
            ]
        )
