"""What each command of ``foedus`` does; returns its exit code.

Imports are made where they are needed, so that no command waits for another's libraries.
"""

import argparse
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pyoxigraph import NamedNode

from foedus.ontology.errors import InputRefused
from foedus.ontology.namespaces import PREFIXES
from foedus.service import settings

if TYPE_CHECKING:
    from foedus.graph.build import Built
    from foedus.graph.worlds import World

DONE: Final = 0
NEGATIVE: Final = 1
"""A negative answer: does not conform, is not so."""
UNUSABLE: Final = 2
"""The input cannot be used."""


def _data(options: argparse.Namespace) -> Path:
    data: Path = options.data or settings.from_environment().data
    return data


def build(options: argparse.Namespace) -> int:
    """Build and publish; says on standard error what was done."""
    from foedus.graph.build import STEPS, build
    from foedus.service.progress import progress_bar

    with progress_bar(STEPS) as progress:
        built = build(_data(options), options.documents, progress)
    _tell(built)
    return DONE


def _tell(built: "Built") -> None:
    state = "published" if built.is_new else "up to date"
    print(f"{state}: {built.snapshot.id} ({built.snapshot.meta['quads']} quads)", file=sys.stderr)


def import_(options: argparse.Namespace) -> int:
    """Make a document of a data set and publish it; says on standard error what was left out."""
    from datetime import date

    from foedus.graph.build import STEPS
    from foedus.graph.importers import STEPS as MORE
    from foedus.graph.importers import import_atop
    from foedus.service.progress import progress_bar

    try:
        reported = date.fromisoformat(options.reported) if options.reported else None
    except ValueError as error:
        raise InputRefused(f"no date: {options.reported}", "--reported") from error
    with progress_bar(STEPS + MORE) as progress:
        built, read = import_atop(_data(options), options.file, reported, progress)
    for problem in read.problems:
        print(f"{options.file}: {problem}", file=sys.stderr)
    pledges = sum(len(member.pledges) for member in read.members)
    print(
        f"{len(read.members)} memberships, {pledges} pledges; {len(read.problems)} problem(s)",
        file=sys.stderr,
    )
    _tell(built)
    return DONE


def serve(options: argparse.Namespace) -> int:
    """Serve until interrupted."""
    from dataclasses import replace

    from foedus.graph.copies import copied, published
    from foedus.graph.questions import questions
    from foedus.graph.snapshot import put_in_order
    from foedus.service.edge.connections import allow_files
    from foedus.service.pooled import PoolEngine
    from foedus.service.serve import serve

    chosen = settings.from_environment()
    if options.port is not None:
        chosen = replace(chosen, port=settings.read_port(options.port, "--port"))
    chosen = replace(chosen, host=options.host or chosen.host, data=_data(options))
    if options.plain is not None:
        return _serve_plain(chosen, options.plain, options.federation)
    if options.federation:
        raise InputRefused("only a server with --plain calls others", "--federation")
    if options.snapshot:
        source = copied(options.snapshot)
        chosen = replace(chosen, token=None)  # a replica takes no documents
    else:
        put_in_order(chosen.data)
        source = published(chosen.data)
    source.current().open()
    allow_files()
    engine = PoolEngine(source.current, source.pinned, True, settings.limits(chosen))

    def ready(address: str) -> None:
        print(f"serving {address}", file=sys.stderr, flush=True)

    with suppress(KeyboardInterrupt):
        serve(chosen, engine, questions(), ready, source)
    return DONE


def _serve_plain(chosen: settings.Settings, folder: Path, origins: list[str]) -> int:
    from foedus.service.federation import read_origin
    from foedus.service.plain.serve import serve_plain

    def ready(address: str) -> None:
        print(f"serving {address}", file=sys.stderr, flush=True)

    with suppress(KeyboardInterrupt):
        serve_plain(chosen, folder, [read_origin(text) for text in origins], ready)
    return DONE


def query(options: argparse.Namespace) -> int:
    """Ask, or list the questions."""
    import pyoxigraph as ox

    from foedus.graph.questions import question, questions
    from foedus.graph.snapshot import current
    from foedus.graph.world_stores import WorldStores
    from foedus.service import diagnosis, guard, printing, undatable

    if options.query is None:
        printing.print_questions(questions(), sys.stdout)
        return DONE
    values = dict(_assignment(text) for text in options.param)
    text = _query_text(options.query)
    if text is None:
        text = question(options.query).bound(values)
    elif values:
        raise InputRefused("only a named question has parameters", "--param")
    admitted = guard.admit(text)
    world = _world(options)
    stores = WorldStores(current(_data(options)))  # kept: a store dies with the files of its world
    store = stores.store(world)
    if world.as_of:
        (row,) = store.query(undatable.COUNT)  # type: ignore[misc]
        _tell_undatable(int(row["count"].value))
    try:
        result = store.query(admitted)
        printing.print_result(result, options.format or "table", sys.stdout)
    except SyntaxError as error:
        found = diagnosis.syntax_error(text, str(error.msg))
        reason = found.hint or found.reason
        raise InputRefused(reason, "query", found.line, found.column) from error
    is_no = isinstance(result, ox.QueryBoolean) and not result
    return NEGATIVE if is_no else DONE


def export(options: argparse.Namespace) -> int:
    """Write all quads of a world, or with ``ttl`` its default graph; or its dyad-years."""
    import pyoxigraph as ox

    from foedus.graph.snapshot import current
    from foedus.graph.world_stores import WorldStores

    stores = WorldStores(current(_data(options)))  # kept, as in `query`
    store = stores.store(_world(options))
    output = sys.stdout.buffer
    if options.dyad_years is not None:
        from datetime import date

        from foedus.graph.dyad_years import dyad_years, numbers
        from foedus.service import printing

        rows = dyad_years(store, options.dyad_years or date.today().year)
        printing.print_dyad_years(rows, numbers(store), sys.stdout)
    elif options.format == "ttl":
        graph = ox.DefaultGraph()
        store.dump(output, ox.RdfFormat.TURTLE, from_graph=graph, prefixes=dict(PREFIXES))
    else:
        rdf_format = ox.RdfFormat.from_extension(options.format)
        assert rdf_format
        store.dump(output, rdf_format, prefixes=dict(PREFIXES))
    return DONE


def why(options: argparse.Namespace) -> int:
    """Show the minimal supports of a proposition or triple; 1 if it does not hold."""
    import json

    from foedus.graph.material import Material
    from foedus.graph.proofs import as_graph, as_json, as_mermaid, as_svg, as_text
    from foedus.graph.snapshot import current
    from foedus.graph.terms import read_term
    from foedus.graph.why import Why

    terms = [read_term(text) for text in options.term]
    world = _world(options)
    reasons = Why(Material.read(current(_data(options)).path), world)
    if world.as_of:
        _tell_undatable(reasons.undatable)
    if len(terms) == 1 and isinstance(terms[0], NamedNode):
        found = reasons.holds_because(terms[0])
    elif len(terms) == 3:
        found = reasons.triple_because((terms[0], terms[1], terms[2]))
    else:
        raise InputRefused("expected one IRI, or subject, predicate and object", "why")
    explanation = reasons.explain(found, options.at_most)
    wording = reasons.wording(options.lang)
    if options.format == "json":
        print(json.dumps(as_json(explanation, wording), ensure_ascii=False, indent=2))
    elif options.format == "turtle":
        print(as_graph(explanation, wording).serialize(format="turtle"), end="")
    elif options.format == "mermaid":
        print(as_mermaid(explanation, wording), end="")
    elif options.format == "svg":
        print(as_svg(explanation, wording), end="")
    else:
        print(as_text(explanation, wording), end="")
    return DONE if found.holds else NEGATIVE


def _tell_undatable(count: int) -> None:
    if count:
        known = f"{count} claims cannot be dated and are in no world with a day"
        print(f"{known}; foedus query list-undatable-claim lists them", file=sys.stderr)


def _world(options: argparse.Namespace) -> "World":
    from foedus.graph.descriptions import read_parameters
    from foedus.graph.load import read_text

    pairs = [("believe", iri) for iri in options.believe]
    pairs += [("disbelieve", iri) for iri in options.disbelieve]
    for name in ("world", "as_of", "at_least"):
        value = getattr(options, name)
        if value is not None:
            pairs.append((name.replace("_", "-"), value))
    if options.undisputed:
        pairs.append(("undisputed", "true"))
    if options.suppose:
        pairs.append(("suppose", read_text(options.suppose)))
    return read_parameters(pairs)


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


def validate(options: argparse.Namespace) -> int:
    """Judge a file; 1 if it does not conform."""
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


def encode(options: argparse.Namespace) -> int:
    """Write the document of a draft, or list the sentences of a text."""
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
