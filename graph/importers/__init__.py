"""Data sets of others, turned into documents of ours: one claim for each thing that a row says."""

from foedus.graph.importers.enter import STEPS, import_atop

__all__ = ["STEPS", "import_atop"]
