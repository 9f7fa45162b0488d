"""A second executor of rules, for tests and benchmarks: SQL generated from their text, in DuckDB.

It shares nothing with the engine but the rules' files, rdflib's parser and the closure of one
proposition; conclusions and inferences are named in SQL.
"""

from duck.executor import Executor, execute
from duck.syntax import Outside

__all__ = ["Executor", "Outside", "execute"]
