"""What ``/openapi.json`` says about ``/documents`` and ``/validate``."""

from typing import Any, Final

from foedus.service import document_list
from foedus.service.openapi import parameter, problem
from foedus.service.reports import REPORTS, SENT

SECURITY: Final = {
    "token": {
        "type": "http",
        "scheme": "bearer",
        "description": "The token of FOEDUS_TOKEN; a server without one is read-only",
    }
}
_TEXT: Final = {"schema": {"type": "string"}}
_BODY: Final = {
    "required": True,
    "content": {media_type: _TEXT for media_type in sorted(set(SENT.values()))},
}
_REPORT: Final = {entry.media_types[0]: _TEXT for entry in REPORTS}
_IRI: Final = "IRI of a document; names with a prefix of ours are read too"
_SNAPSHOT: Final = parameter("snapshot", "The id of the snapshot that must answer")
_FORMAT: Final = parameter("format", "Short name or media type of a format; wins over Accept")
_UNREADABLE: Final = {
    400: problem("Not RDF, with line and column where they are known; or not one document"),
    413: problem("Longer than this server reads"),
    415: problem("A body of another kind"),
}
_WORK: Final = {
    406: problem("No acceptable format"),
    503: problem("Too many documents are being worked on, or the work on this one died"),
    504: problem("It took too long"),
}
_REFUSED: Final = {
    401: problem("The token is missing or wrong"),
    403: problem("This server is read-only, or the document is one that the graph began with"),
    412: problem("If-Match or If-None-Match is not met"),
    422: {
        "description": "The gate does not let it in, or it contradicts the ontology. Nothing has "
        "changed. The report is in the problem document, or RDF by Accept",
        "content": {**problem("")["content"], **_REPORT},
    },
}
_WRITTEN: Final = {
    "type": "object",
    "required": ["iri", "snapshot"],
    "properties": {
        "iri": {"type": "string"},
        "snapshot": {"type": "string", "description": "In which it is, and which is served"},
    },
}
_THERE: Final = {"content": {"application/json": {"schema": _WRITTEN}}}

VALIDATE: Final[dict[str, Any]] = {
    "summary": "Judge a document beside the others, without taking it in",
    "operation_id": "validate",
    "tags": ["documents"],
    "responses": {
        200: {"description": "The SHACL report, whatever the verdict", "content": _REPORT},
        **_UNREADABLE,
        **_WORK,
        422: problem("So much is wrong that the report is too long"),
    },
    "openapi_extra": {
        "parameters": [_FORMAT, parameter("lang", "de or en, of text; else Accept-Language")],
        "requestBody": _BODY,
    },
}
DOCUMENTS_GET: Final[dict[str, Any]] = {
    "summary": "List the documents; with iri, one of them as it was sent",
    "operation_id": "documents",
    "tags": ["documents"],
    "responses": {
        200: {
            "description": "The list, or with iri the document",
            "content": {
                **{entry.media_types[0]: _TEXT for entry in document_list.FORMATS},
                "application/trig": _TEXT,
            },
        },
        304: {"description": "The document has not changed"},
        400: problem("A parameter that cannot be used"),
        404: problem("No document has this IRI"),
        406: problem("No acceptable format"),
        410: problem("A snapshot that is not kept any more"),
        503: problem("No snapshot has been built, or too many queries are running"),
    },
    "openapi_extra": {"parameters": [parameter("iri", _IRI), _SNAPSHOT, _FORMAT]},
}
DOCUMENTS_POST: Final[dict[str, Any]] = {
    "summary": "Add a document: gate, derive, publish",
    "operation_id": "add_document",
    "tags": ["documents"],
    "status_code": 201,
    "responses": {
        200: {"description": "It is there already, the same", **_THERE},
        201: {"description": "Added and served; Location says where it is", **_THERE},
        409: problem("There is another document of this IRI"),
        **_UNREADABLE,
        **_WORK,
        **_REFUSED,
    },
    "openapi_extra": {"requestBody": _BODY, "security": [{"token": []}]},
}
DOCUMENTS_PUT: Final[dict[str, Any]] = {
    "summary": "Add a document, or replace the one of its IRI",
    "operation_id": "put_document",
    "tags": ["documents"],
    "status_code": 201,
    "responses": {
        201: {"description": "Added and served", **_THERE},
        204: {"description": "Replaced and served, or there already, the same"},
        **_UNREADABLE,
        **_WORK,
        **_REFUSED,
    },
    "openapi_extra": {
        "parameters": [parameter("iri", f"{_IRI}; else what the body describes")],
        "requestBody": _BODY,
        "security": [{"token": []}],
    },
}
DOCUMENTS_DELETE: Final[dict[str, Any]] = {
    "summary": "Remove a document that was added",
    "operation_id": "remove_document",
    "tags": ["documents"],
    "status_code": 204,
    "responses": {
        204: {"description": "Removed; what is served is without it"},
        400: problem("It is not said which document"),
        404: problem("No document has this IRI"),
        **_WORK,
        **_REFUSED,
    },
    "openapi_extra": {
        "parameters": [parameter("iri", _IRI, required=True)],
        "security": [{"token": []}],
    },
}
