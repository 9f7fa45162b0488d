"""Every error as a problem document (RFC 9457): one table, from the class to the status."""

import json
import logging
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import Response

from foedus.graph import post
from foedus.graph.durable import NotWritten
from foedus.graph.snapshot import SnapshotDamaged, SnapshotGone
from foedus.graph.why import NothingToProve
from foedus.graph.worlds import DataInconsistent
from foedus.ontology.errors import FoedusError, InputRefused
from foedus.service import errors

logger = logging.getLogger(__name__)

MEDIA_TYPE: Final = "application/problem+json"
GONE: Final = 499
"""Logged, as nginx does, as the status of an answer that nobody is there to read."""

STATUSES: Final[Mapping[type[FoedusError], HTTPStatus]] = {
    errors.BadRequest: HTTPStatus.BAD_REQUEST,
    errors.QuerySyntaxError: HTTPStatus.BAD_REQUEST,
    errors.QueryFailed: HTTPStatus.BAD_REQUEST,
    # No fault of the text, which the W3C suites want to be parsed; another engine may have it.
    errors.FunctionMissing: HTTPStatus.SERVICE_UNAVAILABLE,
    errors.UpdateFailed: HTTPStatus.CONFLICT,
    errors.ServiceFailed: HTTPStatus.SERVICE_UNAVAILABLE,
    errors.ReadOnly: HTTPStatus.FORBIDDEN,
    errors.Unauthorised: HTTPStatus.UNAUTHORIZED,
    errors.WriteRefused: HTTPStatus.FORBIDDEN,
    errors.NoGraph: HTTPStatus.NOT_FOUND,
    errors.QueryRefused: HTTPStatus.BAD_REQUEST,
    errors.FederationRefused: HTTPStatus.FORBIDDEN,
    errors.UpdateRefused: HTTPStatus.FORBIDDEN,
    errors.TooLarge: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    errors.UnsupportedMediaType: HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    errors.NotAcceptable: HTTPStatus.NOT_ACCEPTABLE,
    errors.NotThere: HTTPStatus.NOT_FOUND,
    errors.UnknownWorld: HTTPStatus.NOT_FOUND,
    NothingToProve: HTTPStatus.NOT_FOUND,
    errors.NoSnapshot: HTTPStatus.SERVICE_UNAVAILABLE,
    DataInconsistent: HTTPStatus.UNPROCESSABLE_ENTITY,
    SnapshotDamaged: HTTPStatus.SERVICE_UNAVAILABLE,
    SnapshotGone: HTTPStatus.GONE,
    errors.DocumentRefused: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.ReportTooLong: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.JobOverran: HTTPStatus.GATEWAY_TIMEOUT,
    post.WrongDocument: HTTPStatus.BAD_REQUEST,
    post.DocumentThere: HTTPStatus.CONFLICT,
    post.DocumentIsOurs: HTTPStatus.FORBIDDEN,
    post.DocumentChanged: HTTPStatus.PRECONDITION_FAILED,
    post.NoSuchDocument: HTTPStatus.NOT_FOUND,
    errors.TryLater: HTTPStatus.SERVICE_UNAVAILABLE,
    errors.TimeExceeded: HTTPStatus.GATEWAY_TIMEOUT,
    errors.LimitReached: HTTPStatus.UNPROCESSABLE_ENTITY,
    NotWritten: HTTPStatus.SERVICE_UNAVAILABLE,
    errors.TooManyRequests: HTTPStatus.TOO_MANY_REQUESTS,
    errors.BodyTooSlow: HTTPStatus.REQUEST_TIMEOUT,
    InputRefused: HTTPStatus.BAD_REQUEST,
    FoedusError: HTTPStatus.INTERNAL_SERVER_ERROR,
}


def status_of(error: FoedusError) -> HTTPStatus:
    """Find the status of an error: that of the nearest class in the table."""
    return next(STATUSES[kind] for kind in type(error).__mro__ if kind in STATUSES)


def problem(
    status: HTTPStatus, detail: str, members: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """Make a problem document; ``type`` is left at its default, so the title is the status's."""
    document = {"title": status.phrase, "status": status.value, "detail": detail}
    return {**document, **(members or {})}


def describe(error: FoedusError) -> dict[str, Any]:
    """Make the problem document of an error of ours, with what it carries as extension members."""
    status = status_of(error)
    if status is HTTPStatus.INTERNAL_SERVER_ERROR:
        return problem(status, _UNEXPECTED)
    if isinstance(error, SnapshotDamaged):  # whose text names our folder
        return problem(status, _DAMAGED)
    members: dict[str, Any] = {}
    if isinstance(error, InputRefused):
        if error.line is not None:
            members = {"line": error.line, "column": error.column}
        detail = _sentence(error)
        if isinstance(error, errors.QuerySyntaxError) and error.hint:
            members["hint"] = error.hint
            detail = f"{detail} {error.hint}"
        return problem(status, detail, members)
    if isinstance(error, errors.DocumentRefused):
        members = dict(error.report)
    if isinstance(error, errors.LimitReached):
        members = {"limit": error.limit, "most": error.most}
    if isinstance(error, errors.NotAcceptable):
        members["available"] = list(error.available)
    return problem(status, str(error), members)


def answer(error: Exception) -> Response:
    """Answer an error; for routes that no exception handler stands around, too."""
    if isinstance(error, ClientDisconnect):
        return Response(status_code=GONE)
    if not isinstance(error, FoedusError):
        # The server behind us closes the connection of a request that failed; say so beforehand.
        document = problem(HTTPStatus.INTERNAL_SERVER_ERROR, _UNEXPECTED)
        return respond(document, {"Connection": "close"})
    document = describe(error)
    if document["detail"] in (_UNEXPECTED, _DAMAGED):
        logger.error("failed", exc_info=error)
    if isinstance(error, errors.StoreUnreadable):
        logger.error("store unreadable reason=%s", error.reason)
    headers = {}
    if isinstance(error, errors.TryLater):
        headers["Retry-After"] = str(error.retry_after)
    if isinstance(error, errors.ServiceFailed):
        headers["Retry-After"] = "5"
    if isinstance(error, errors.Unauthorised):
        fault = ', error="invalid_token"' if error.is_wrong else ""
        headers["WWW-Authenticate"] = f'Bearer realm="foedus"{fault}'
    if isinstance(error, errors.BodyTooSlow):
        headers["Connection"] = "close"
    return respond(document, headers)


def install(app: FastAPI) -> None:
    """Answer every error of ``app`` with a problem document."""

    async def ours(request: Request, error: Exception) -> Response:
        return answer(error)

    async def http(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        status = HTTPStatus(error.status_code)
        return respond(problem(status, _explain(status, request)), error.headers)

    async def invalid(request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        places = [".".join(str(part) for part in entry["loc"]) for entry in error.errors()]
        return respond(
            problem(HTTPStatus.UNPROCESSABLE_ENTITY, f"Cannot be used: {', '.join(places)}.")
        )

    app.add_exception_handler(FoedusError, ours)
    app.add_exception_handler(ClientDisconnect, ours)
    app.add_exception_handler(HTTPException, http)
    app.add_exception_handler(RequestValidationError, invalid)
    app.add_exception_handler(Exception, ours)


def respond(document: Mapping[str, Any], headers: Mapping[str, str] | None = None) -> Response:
    """Send a problem document under its own status."""
    return Response(
        json.dumps(document, ensure_ascii=False).encode(),
        status_code=document["status"],
        headers={"Cache-Control": "no-store", **(headers or {})},
        media_type=MEDIA_TYPE,
    )


_UNEXPECTED: Final = "The server failed; its log says why."
_DAMAGED: Final = "The graph cannot be read; the server's log says why."


def _sentence(error: InputRefused) -> str:
    reason = error.reason[:1].upper() + error.reason[1:].rstrip(".") + "."
    if error.line is None:
        return reason
    return f"Line {error.line}, column {error.column}: {reason}"


def _explain(status: HTTPStatus, request: Request) -> str:
    if status is HTTPStatus.NOT_FOUND:
        return "There is nothing under this path."
    if status is HTTPStatus.METHOD_NOT_ALLOWED:
        return f"{request.method} is not a method of this path."
    return f"{status.description or status.phrase}."
