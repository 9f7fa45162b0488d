"""The merged ontology, read once; tests that change it take a copy."""

import pytest
from rdflib import Graph

from foedus import ontology


@pytest.fixture(scope="session")
def merged() -> Graph:
    return ontology.merged()
