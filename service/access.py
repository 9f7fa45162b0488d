"""Who may write: whoever bears the token of this server (RFC 6750, section 2.1)."""

import hmac

from starlette.requests import Request

from foedus.service.errors import ReadOnly, Unauthorised


def require_token(request: Request, token: str | None) -> None:
    """Let a request pass that bears ``token``; how long the comparison takes says nothing of it.

    Raises:
        ReadOnly: there is no token, so that nobody writes.
        Unauthorised: the request bears none, or another one.
    """
    if not token:
        raise ReadOnly
    scheme, _, borne = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not borne.strip():
        raise Unauthorised(is_wrong=False)
    if not hmac.compare_digest(borne.strip().encode("latin-1", "replace"), token.encode()):
        raise Unauthorised(is_wrong=True)
