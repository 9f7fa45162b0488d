"""The command ``foedus``: build, serve, query, validate, encode.

Exit codes: 0 done, 1 a negative answer (does not conform, is not so), 2 the input cannot be used.
Only data go to standard output; progress and errors go to standard error.
"""

import argparse
import sys
from collections.abc import Sequence
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path

from foedus.ontology.errors import FoedusError, InputRefused
from foedus.service import settings

DONE, NEGATIVE, UNUSABLE = 0, 1, 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit code."""
    options = _parser().parse_args(arguments)
    try:
        code: int = options.run(options)
    except FoedusError as error:
        print(f"foedus: {error}", file=sys.stderr)
        return UNUSABLE
    except BrokenPipeError:
        # The reader has seen enough (`| head`); nothing is left to be flushed into the pipe.
        sys.stdout = None
        return DONE
    except KeyboardInterrupt:
        return 130
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="foedus",
        description="A knowledge graph of states, agreements and transfers, and who reports them.",
    )
    parser.add_argument("--version", action="version", version=f"foedus {version('foedus')}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    command = commands.add_parser("build", help="build the graph from the documents, publish it")
    command.add_argument(
        "--documents", nargs="+", type=Path, metavar="FILE", help="instead of ours"
    )
    _add_data(command)
    command.set_defaults(run=_build)

    command = commands.add_parser("serve", help="serve the graph over HTTP")
    command.add_argument("--host", help="address to listen on (default: FOEDUS_HOST, 127.0.0.1)")
    command.add_argument("--port", help="port to listen on (default: FOEDUS_PORT, 8000)")
    _add_data(command)
    command.set_defaults(run=_serve)

    command = commands.add_parser(
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
    _add_data(command)
    command.set_defaults(run=_query)

    command = commands.add_parser("validate", help="judge a document by the shapes")
    command.add_argument("file", type=Path, metavar="FILE")
    command.add_argument("--format", choices=("text", "json", "turtle", "xml", "jsonld", "nt"))
    command.add_argument("--lang", choices=("en", "de"), default="en", help="of the messages")
    command.set_defaults(run=_validate)

    command = commands.add_parser(
        "encode", help="turn a draft that quotes its text into a document", description=_ENCODE
    )
    command.add_argument("text", type=Path, metavar="TEXT", help="the document's text, UTF-8")
    command.add_argument("draft", type=Path, nargs="?", metavar="DRAFT", help="TriG with fd:quote")
    command.set_defaults(run=_encode)
    return parser


_QUERY = """Without a query, lists the questions. A query is the name of one, a file, - for standard
input, or SPARQL. ASK answers with exit code 0 for true and 1 for false."""

_ENCODE = """Finds the passages that a draft quotes and writes the document with their positions.
Without a draft, lists the sentences of the text with their numbers and positions."""


def _add_data(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--data",
        type=Path,
        metavar="DIR",
        help="where snapshots and posted documents live (default: FOEDUS_DATA, .foedus)",
    )


def _data(options: argparse.Namespace) -> Path:
    data: Path = options.data or settings.from_environment().data
    return data


def _build(options: argparse.Namespace) -> int:
    from foedus.graph.build import STEPS, build
    from foedus.service.progress import progress_bar

    with progress_bar(STEPS) as progress:
        built = build(_data(options), options.documents, progress)
    state = "published" if built.is_new else "up to date"
    print(f"{state}: {built.snapshot.id} ({built.snapshot.meta['quads']} quads)", file=sys.stderr)
    return DONE


def _serve(options: argparse.Namespace) -> int:
    from dataclasses import replace

    from foedus.graph.questions import questions
    from foedus.graph.snapshot import current
    from foedus.service.local import LocalEngine
    from foedus.service.serve import serve

    chosen = settings.from_environment()
    if options.port is not None:
        chosen = replace(chosen, port=settings.port(options.port, "--port"))
    chosen = replace(chosen, host=options.host or chosen.host, data=_data(options))
    current(chosen.data)
    with suppress(KeyboardInterrupt):
        serve(
            chosen,
            LocalEngine(lambda: current(chosen.data)),
            questions(),
            ready=lambda address: print(f"serving {address}", file=sys.stderr, flush=True),
        )
    return DONE


def _query(options: argparse.Namespace) -> int:
    import pyoxigraph as ox

    from foedus.graph.questions import question, questions
    from foedus.graph.snapshot import current
    from foedus.service import diagnosis, guard, printing

    if options.query is None:
        printing.print_questions(questions(), sys.stdout)
        return DONE
    values = dict(_assignment(text) for text in options.param)
    text = _query_text(options.query)
    if text is None:
        text = question(options.query).bound(values)
    elif values:
        raise InputRefused("only a named question has parameters", "--param")
    guard.check(text)
    store = ox.Store.read_only(str(current(_data(options)).store))
    try:
        result = store.query(text)
        printing.print_result(result, options.format or "table", sys.stdout)
    except SyntaxError as error:
        found = diagnosis.syntax_error(text, str(error.msg))
        reason = found.hint or found.reason
        raise InputRefused(reason, "query", found.line, found.column) from error
    is_no = isinstance(result, ox.QueryBoolean) and not result
    return NEGATIVE if is_no else DONE


def _query_text(query: str) -> str | None:
    """Give the SPARQL of a file, of standard input or of the argument itself; none for a name."""
    if query == "-":
        return sys.stdin.read()
    if any(character in query for character in " \n{"):
        return query
    path = Path(query)
    if path.suffix or path.is_file():
        try:
            return path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise InputRefused(getattr(error, "strerror", None) or str(error), query) from error
    return None


def _assignment(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise InputRefused(f"expected NAME=VALUE, got {text!r}", "--param")
    return name, value


def _validate(options: argparse.Namespace) -> int:
    from foedus.graph.gate import judge_file

    report = judge_file(options.file)
    if options.format in (None, "text"):
        print(report.as_text(options.lang), end="")
    elif options.format == "json":
        print(report.as_json(), end="")
    else:
        rdf_format = {"jsonld": "json-ld"}.get(options.format, options.format)
        print(report.as_graph().serialize(format=rdf_format), end="")
    return DONE if report.conforms else NEGATIVE


def _encode(options: argparse.Namespace) -> int:
    from foedus.graph.encode import encode
    from foedus.graph.load import read_quads, read_text
    from foedus.graph.passages import sentences
    from foedus.graph.trig import write_document

    text = read_text(options.text)
    if options.draft is None:
        for number, span in enumerate(sentences(text), 1):
            print(number, span.start, span.end, text[span.start : span.end], sep="\t")
        return DONE
    print(write_document(encode(read_quads(options.draft), text)), end="")
    return DONE
