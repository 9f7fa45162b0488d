"""What the service refuses; ``problems.py`` says with which status."""

from collections.abc import Iterable, Mapping
from typing import Any

from foedus.ontology.errors import FoedusError, InputRefused


class BadRequest(InputRefused):
    """The request breaks the SPARQL Protocol."""


class QuerySyntaxError(InputRefused):
    """The text is not a SPARQL query; ``line`` and ``column`` are where the parser stopped.

    Attributes:
        hint: A likelier cause than the parser's, with its own place, if there is one.
    """

    def __init__(self, reason: str, line: int | None, column: int | None, hint: str | None) -> None:
        super().__init__(reason, line=line, column=column)
        self.hint = hint


class QueryFailed(InputRefused):
    """The engine can parse the query and not answer it, for a function that it lacks, say."""


class FunctionMissing(QueryFailed):
    """The query calls a function that the engine does not have."""


def query_failed(reason: str) -> QueryFailed:
    """Make the error of what the engine says when it cannot answer."""
    return FunctionMissing(reason) if "custom function" in reason else QueryFailed(reason)


class UpdateFailed(InputRefused):
    """An update cannot be done as the dataset is; nothing of it was done."""


class ServiceFailed(InputRefused):
    """Another endpoint, which a query or an update calls, did not answer as it should."""


class QueryRefused(InputRefused):
    """The query is nested or chained beyond what the parser survives."""


class FederationRefused(InputRefused):
    """The query calls another endpoint."""


class UpdateRefused(FoedusError):
    """An update came to an endpoint whose graph is derived."""

    def __init__(self) -> None:
        super().__init__(
            "This graph is derived from documents and takes no SPARQL Update. "
            "A whole document is added, replaced or removed at /documents."
        )


class TooLarge(FoedusError):
    """A body or a query is longer than this server reads."""

    def __init__(self, what: str, limit: int) -> None:
        super().__init__(f"{what} is longer than {limit:,} bytes.")
        self.limit = limit


class UnsupportedMediaType(FoedusError):
    """A body of a kind that is not read there."""

    def __init__(self, content_type: str, *expected: str) -> None:
        sent = f"not {content_type}" if content_type else "and its Content-Type says which"
        super().__init__(f"The body is posted as {' or as '.join(expected)} in UTF-8, {sent}.")


class NotAcceptable(FoedusError):
    """The client takes no serialisation that there is.

    Attributes:
        available: Media types that would do.
    """

    def __init__(self, what: str, available: Iterable[str]) -> None:
        self.available = tuple(available)
        super().__init__(f"{what} is available as {', '.join(self.available)}.")


class ReadOnly(FoedusError):
    """Nobody may write here: the server has no token."""

    def __init__(self) -> None:
        super().__init__(
            "This server is read-only. Whoever runs it lets documents be written "
            "by setting FOEDUS_TOKEN."
        )


class Unauthorised(FoedusError):
    """A request that writes bears no token, or a wrong one.

    Attributes:
        is_wrong: Whether it bears one.
    """

    def __init__(self, is_wrong: bool) -> None:
        sent = "is not the token of this server" if is_wrong else "is missing"
        super().__init__(f"Writing needs the header Authorization: Bearer TOKEN; it {sent}.")
        self.is_wrong = is_wrong


class WriteRefused(FoedusError):
    """A page of another site, or under another name, wants to write on this machine."""

    def __init__(self) -> None:
        super().__init__(
            "Without FOEDUS_TOKEN only programs of this machine write here, and no other site's "
            "pages."
        )


class NoGraph(FoedusError):
    """There is no graph of that name."""

    def __init__(self, graph: str) -> None:
        super().__init__(f"There is no graph {graph}.")
        self.graph = graph


class NoSnapshot(FoedusError):
    """Nothing has been built, so nothing can be asked."""

    def __init__(self) -> None:
        super().__init__("Nothing has been built yet: run foedus build on the server.")


class NotThere(FoedusError):
    """Nothing is said here of what an IRI of ours may name."""

    def __init__(self, iri: str) -> None:
        super().__init__(f"Nothing is said here about {iri}.")
        self.iri = iri


class UnknownWorld(FoedusError):
    """No world of that key has been described here, or too many have been since."""

    def __init__(self, key: str) -> None:
        super().__init__(f"There is no world {key!r}. Describe it again: POST it to /worlds.")
        self.key = key


class TryLater(FoedusError):
    """The server cannot do it now; ``retry_after`` is in how many seconds it may."""

    def __init__(self, message: str, retry_after: int) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class Busy(TryLater):
    """All places for queries are taken, and none has become free for a while."""

    def __init__(self) -> None:
        super().__init__("Too many queries are running; try again in a few seconds.", 5)


class LimitReached(FoedusError):
    """An answer that would take more than one answer may; ``limit`` is which, ``most`` how much."""

    def __init__(self, limit: str, most: float, message: str) -> None:
        super().__init__(message)
        self.limit = limit
        self.most = most


class TimeExceeded(LimitReached):
    """A query has run as long as it may."""

    def __init__(self, seconds: float) -> None:
        super().__init__(
            "seconds",
            seconds,
            f"The query was stopped after {seconds:g} seconds, the longest that it may run. "
            "Ask for less: bind more of its variables, join fewer patterns, leave out ORDER BY, "
            "or take a part by LIMIT.",
        )


class MemoryExceeded(LimitReached):
    """A query has taken as much memory as it may."""

    def __init__(self, size: int) -> None:
        super().__init__(
            "memory",
            size,
            f"The query was stopped at {size:,} bytes of memory, the most that it may take. "
            "Ask for less: sort, group and concatenate fewer rows, or take a part by LIMIT.",
        )


class ResultTooLong(LimitReached):
    """A result is longer than it may be."""

    def __init__(self, size: int) -> None:
        super().__init__(
            "result",
            size,
            f"The result is longer than {size:,} bytes, the most that one may have. "
            "Ask for fewer columns, or take parts by ORDER BY, LIMIT and OFFSET.",
        )


class QueryCrashed(TryLater):
    """The engine came to an end on a query."""

    def __init__(self) -> None:
        super().__init__(
            "The engine failed on this query and was started anew; no other query was affected. "
            "If it fails again, write it another way.",
            5,
        )


class StoreUnreadable(TryLater):
    """The files of a store cannot be read; ``reason`` is for the log."""

    def __init__(self, reason: str) -> None:
        super().__init__("What the query asks cannot be read on the server; its log says why.", 60)
        self.reason = reason


class NotReady(TryLater):
    """The engine does not answer in time."""

    def __init__(self) -> None:
        super().__init__("The graph cannot be asked just now.", 5)


class TooManyRequests(TryLater):
    """One address asks more often than it may."""

    def __init__(self, rate: float, retry_after: int) -> None:
        allowed = f"This server answers {rate:g} requests a second from one address"
        super().__init__(f"{allowed}, on average; wait {retry_after} s.", retry_after)


class TooManyBodies(TryLater):
    """The bodies of all requests together are more than the server holds."""

    def __init__(self) -> None:
        super().__init__("Too much is being sent to this server at once.", 5)


class BodyTooSlow(FoedusError):
    """A request has not sent its body in time."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"The body did not arrive within {seconds:g} seconds.")


class DocumentRefused(FoedusError):
    """A document does not conform to the shapes; nothing has changed.

    Attributes:
        report: The findings, as ``/validate`` gives them in JSON.
    """

    def __init__(self, report: Mapping[str, Any]) -> None:
        count = len(report["findings"])
        found = "1 finding" if count == 1 else f"{count:,} findings"
        super().__init__(
            f"Not taken in: {found}. Nothing has changed. "
            "POST the document to /validate to judge it without writing."
        )
        self.report = report


class ReportTooLong(LimitReached):
    """A report is longer than this server gives."""

    def __init__(self, size: int) -> None:
        text = f"There is so much wrong that the report is longer than {size:,} bytes."
        super().__init__("report", size, text)


class JobOverran(LimitReached):
    """A document takes longer than it may."""

    def __init__(self, seconds: float) -> None:
        super().__init__(
            "seconds",
            seconds,
            f"This was stopped after {seconds:g} seconds; nothing has changed. "
            "Send less at once, or judge and build with foedus where there is time.",
        )


class JobDied(TryLater):
    """The process that worked on a document ended without an answer."""

    def __init__(self) -> None:
        super().__init__(
            "The process that worked on this ran out of memory or was ended. "
            "What the current snapshot says, counts: ask /documents whether it changed.",
            5,
        )
