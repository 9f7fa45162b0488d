"""A file of comma-separated values, with the place of each row for claims to point at."""

import csv
import hashlib
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from foedus.graph.passages import Span
from foedus.ontology.errors import InputRefused


@dataclass(frozen=True)
class Problem:
    """What could not be used: a row, or one value of it, with its line in the file from 1."""

    line: int
    reason: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.reason}"


@dataclass(frozen=True)
class Row:
    """One row: its values by column, its first line from 1, its span in the decoded text."""

    line: int
    span: Span
    values: Mapping[str, str]


@dataclass(frozen=True)
class Table:
    """A file as rows.

    Attributes:
        sha256: Of the file as it is.
        columns: In lower case, as are the keys of the rows.
        problems: The rows that have more or fewer values than the header.
    """

    sha256: str
    columns: frozenset[str]
    rows: Sequence[Row]
    problems: Sequence[Problem]


def read_table(path: Path) -> Table:
    """Read a file with a header, in UTF-8 or else in Latin-1.

    Raises:
        InputRefused: it cannot be read, has no header, or names a column twice.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise InputRefused(error.strerror or str(error), str(path)) from error
    rows: list[Row] = []
    problems: list[Problem] = []
    columns: list[str] | None = None
    try:
        for line, span, values in _records(_decoded(content)):
            if columns is None:
                columns = [name.strip().lower() for name in values]
            elif len(values) != len(columns):
                problems.append(Problem(line, f"{len(values)} values, {len(columns)} columns"))
            else:
                stripped = (value.strip() for value in values)
                rows.append(Row(line, span, dict(zip(columns, stripped, strict=True))))
    except csv.Error as error:
        last = f"; the last row that could be read is in line {rows[-1].line}" if rows else ""
        raise InputRefused(f"{error}{last}", str(path)) from error
    if columns is None:
        raise InputRefused("the file is empty", str(path))
    if len(set(columns)) < len(columns):
        raise InputRefused("the header names a column twice", str(path), 1)
    return Table(hashlib.sha256(content).hexdigest(), frozenset(columns), rows, problems)


def _decoded(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("latin-1")


def _records(text: str) -> Iterator[tuple[int, Span, list[str]]]:
    """Give each record that is not empty with its first line and its span, line ends aside."""
    # Not str.splitlines, for which many other characters end a line.
    lines = list(io.StringIO(text, newline=""))
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line))
    reader = csv.reader(lines, strict=True)
    first = 0
    for values in reader:
        if values:
            last = lines[reader.line_num - 1]
            end = starts[reader.line_num - 1] + len(last.rstrip("\r\n"))
            yield first + 1, Span(starts[first], end), values
        first = reader.line_num
