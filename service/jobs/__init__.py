"""Work on what somebody sent, each piece in a process of its own that can be killed."""

from foedus.service.jobs.jobs import Done, Jobs, Limits
from foedus.service.jobs.kinds import Workshop

__all__ = ["Done", "Jobs", "Limits", "Workshop"]
