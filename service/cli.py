"""The command ``foedus``: its options; what they do is in ``commands.py``.

Exit codes: 0 done, 1 a negative answer (does not conform, is not so), 2 the input cannot be used.
Only data go to standard output; progress and errors go to standard error.
"""

import argparse
import sys
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

from foedus.ontology.errors import FoedusError
from foedus.service import archive, commands


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit code."""
    options = _parser().parse_args(arguments)
    try:
        code: int = options.run(options)
    except FoedusError as error:
        print(f"foedus: {error}", file=sys.stderr)
        return commands.UNUSABLE
    except BrokenPipeError:
        # The reader has seen enough (`| head`); nothing is left to be flushed into the pipe.
        sys.stdout = None
        return commands.DONE
    except KeyboardInterrupt:
        return 130
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="foedus",
        description="A knowledge graph of states, agreements and transfers, and who reports them.",
    )
    parser.add_argument("--version", action="version", version=f"foedus {version('foedus')}")
    subparsers = parser.add_subparsers(required=True, metavar="COMMAND")

    command = subparsers.add_parser("build", help="build the graph from the documents, publish it")
    command.add_argument(
        "--documents", nargs="+", type=Path, metavar="FILE", help="instead of ours"
    )
    _add_data(command)
    command.set_defaults(run=commands.build)

    command = subparsers.add_parser(
        "import", help="add a data set of others to the graph, publish it", description=_IMPORT
    )
    command.add_argument("source", choices=("atop",), help="atop: a member file of ATOP 5")
    command.add_argument("file", type=Path, metavar="FILE", help="CSV")
    command.add_argument("--reported", metavar="DATE", help="the day on which it was published")
    _add_data(command)
    command.set_defaults(run=commands.import_)

    command = subparsers.add_parser("serve", help="serve the graph over HTTP", description=_SERVE)
    command.add_argument("--host", help="address to listen on (default: FOEDUS_HOST, 127.0.0.1)")
    command.add_argument("--port", help="port to listen on (default: FOEDUS_PORT, 8000)")
    _add_data(command)
    command.add_argument(
        "--snapshot", type=Path, metavar="DIR", help="serve this copy of a snapshot, or a backup"
    )
    command.add_argument(
        "--plain", type=Path, metavar="DIR", help="serve any RDF dataset instead, with updates"
    )
    command.add_argument(
        "--federation",
        nargs="+",
        default=[],
        metavar="ORIGIN",
        help="with --plain: what SERVICE and LOAD may reach, as http://HOST:PORT",
    )
    command.set_defaults(run=commands.serve)

    command = subparsers.add_parser(
        "query", help="ask a question by its name, or in SPARQL", description=_QUERY
    )
    command.add_argument("query", nargs="?", metavar="NAME|FILE|-|SPARQL")
    command.add_argument("--format", choices=("table", "csv", "tsv", "json", "xml"))
    command.add_argument(
        "--param",
        "-p",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="a parameter of a named question: state=state:russia, on=2024-10-08",
    )
    _add_world(command)
    _add_data(command)
    command.set_defaults(run=commands.query)

    command = subparsers.add_parser(
        "export", help="write a world as RDF: all of its graphs, or as dyad-years"
    )
    form = command.add_mutually_exclusive_group()
    form.add_argument("--format", choices=("nq", "trig", "ttl", "jsonld"), default="nq")
    form.add_argument(
        "--dyad-years",
        nargs="?",
        type=int,
        const=0,
        metavar="YEAR",
        help="instead: CSV of what each state has pledged to each other, year by year, up to YEAR"
        " (default: this one); --world possible has what is only possible too",
    )
    _add_world(command)
    _add_data(command)
    command.set_defaults(run=commands.export)

    command = subparsers.add_parser(
        "why", help="show what a line rests on, down to the passages", description=_WHY
    )
    command.add_argument("term", nargs="+", metavar="IRI", help="one name, or three: a triple")
    formats = ("text", "json", "turtle", "mermaid", "svg")
    command.add_argument("--format", choices=formats, default="text")
    command.add_argument("--lang", choices=("en", "de"), default="en")
    command.add_argument("--at-most", type=int, default=20, metavar="N", help="how many proofs")
    _add_world(command)
    _add_data(command)
    command.set_defaults(run=commands.why)

    command = subparsers.add_parser("validate", help="judge a document by the shapes")
    command.add_argument("file", type=Path, metavar="FILE")
    command.add_argument("--format", choices=("text", "json", "turtle", "xml", "jsonld", "nt"))
    command.add_argument("--lang", choices=("en", "de"), default="en", help="of the messages")
    command.set_defaults(run=commands.validate)

    command = subparsers.add_parser(
        "encode", help="turn a draft that quotes its text into a document", description=_ENCODE
    )
    command.add_argument("text", type=Path, metavar="TEXT", help="the document's text, UTF-8")
    command.add_argument("draft", type=Path, nargs="?", metavar="DRAFT", help="TriG with fd:quote")
    command.set_defaults(run=commands.encode)

    command = subparsers.add_parser(
        "backup", help="copy what is current, marked and posted, while it is served"
    )
    command.add_argument("target", type=Path, metavar="FILE|DIR", help=".tar, .tar.gz or a folder")
    _add_data(command)
    command.set_defaults(run=archive.backup)

    command = subparsers.add_parser("restore", help="make a backup the state of a data directory")
    command.add_argument("source", type=Path, metavar="FILE|DIR", help="what backup has made")
    _add_data(command)
    command.set_defaults(run=archive.restore)
    return parser


_QUERY = """Without a query, lists the questions. A query is the name of one, a file, - for standard
input, or SPARQL. ASK answers with exit code 0 for true and 1 for false."""

_SERVE = """Serves what is published in the data directory, and what will be. With --snapshot it is
a replica: it serves a copy, takes no documents, and keeps in its own data directory only the worlds
that are described to it. Limits are settings from the environment; the README lists them."""

_IMPORT = """Makes a document of the file, one claim for each thing that a row says, and builds
the graph of it, of ours and of those added before. A file of the same version replaces it. Rows
that cannot be used are told with their lines; the rest is imported."""

_WHY = """Shows all minimal supports of a proposition, of what an inference concludes, or of a
triple (subject, predicate, object), in a world: each is enough by itself, and without one claim
of each the line is gone. Exit code 1: it does not hold."""

_ENCODE = """Finds the passages that a draft quotes and writes the document with their positions.
Without a draft, lists the sentences of the text with their numbers and positions."""


def _add_world(command: argparse.ArgumentParser) -> None:
    group = command.add_argument_group("world", "what to let in, to accept and to suppose")
    group.add_argument("--world", metavar="NAME", help="reported, sober, undisputed, possible")
    group.add_argument("--as-of", metavar="DATE", help="only what had been reported by then")
    for name, help_text in _SOURCES.items():
        group.add_argument(name, action="append", default=[], metavar="IRI", help=help_text)
    group.add_argument("--at-least", metavar="FIRMNESS", help="certain, probable, possible")
    group.add_argument("--undisputed", action="store_true", help="nothing that is denied")
    group.add_argument("--suppose", type=Path, metavar="FILE", help="TriG: what is supposed")


_SOURCES = {
    "--believe": "only claims of this holder, publisher or document",
    "--disbelieve": "no claims of this holder, publisher or document",
}


def _add_data(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--data",
        type=Path,
        metavar="DIR",
        help="where snapshots and posted documents live (default: FOEDUS_DATA, .foedus)",
    )
