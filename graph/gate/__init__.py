"""The gate: which documents may enter, judged by the shapes."""

from foedus.graph.gate.admission import (
    DocumentsRefused,
    admit,
    admit_files,
    judge,
    judge_file,
    our_context,
)
from foedus.graph.gate.check import Context, check

__all__ = [
    "Context",
    "DocumentsRefused",
    "admit",
    "admit_files",
    "check",
    "judge",
    "judge_file",
    "our_context",
]
