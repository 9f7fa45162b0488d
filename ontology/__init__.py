"""The ontology: its files, read as rdflib graphs.

A module is a Turtle file in this folder (``core``), in ``vocab/`` (``vocab/firmness``: one concept
scheme each) or in ``align/`` (``align/prov``: mappings to one foreign vocabulary each).
"""

from pathlib import Path

from rdflib import Graph

from foedus.ontology.namespaces import bind

FOLDER = Path(__file__).resolve().parent


def modules() -> list[str]:
    """List the modules by name, in the order in which they are merged."""
    paths = [*FOLDER.glob("*.ttl"), *FOLDER.glob("vocab/*.ttl"), *FOLDER.glob("align/*.ttl")]
    return sorted(path.relative_to(FOLDER).with_suffix("").as_posix() for path in paths)


def module_path(name: str) -> Path:
    """Give the Turtle file of the module ``name``."""
    return FOLDER / f"{name}.ttl"


def read(name: str) -> Graph:
    """Read one module; raises ``FileNotFoundError`` for a name that is none."""
    return bind(Graph()).parse(module_path(name), format="turtle")


def merged() -> Graph:
    """Read all modules into one graph: vocabulary, concept schemes and alignments."""
    graph = bind(Graph())
    for name in modules():
        graph.parse(module_path(name), format="turtle")
    return graph
