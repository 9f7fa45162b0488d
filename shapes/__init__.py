"""The shapes: one Turtle file for each module of the ontology, and one for the ontology itself."""

from pathlib import Path
from typing import Final

from rdflib import Graph

from foedus.ontology.namespaces import bind

FOLDER: Final = Path(__file__).resolve().parent

ONTOLOGY: Final = "ontology"
"""Name of the shapes that judge the ontology itself; they are no part of ``merged``."""


def names() -> list[str]:
    """List the files of shapes by name, those of the ontology included."""
    return sorted(path.stem for path in FOLDER.glob("*.ttl"))


def shapes_path(name: str) -> Path:
    """Give the Turtle file of the shapes ``name``."""
    return FOLDER / f"{name}.ttl"


def read(name: str) -> Graph:
    """Read one file of shapes; raises ``FileNotFoundError`` for a name that is none."""
    return bind(Graph()).parse(shapes_path(name), format="turtle")


def merged() -> Graph:
    """Read all shapes of the data into one graph."""
    graph = bind(Graph())
    for name in names():
        if name != ONTOLOGY:
            graph.parse(shapes_path(name), format="turtle")
    return graph
