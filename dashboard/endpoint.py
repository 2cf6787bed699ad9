"""Addresses that programs call: every method gets an answer of ours, and a refusal is a sentence as RFC 9457 writes it."""

from collections.abc import Awaitable, Callable
from http import HTTPStatus

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.types import Receive, Scope, Send

from core import db, feed
from core.errors import BadInput, NotAllowed, Refused
from core.feed import TooOften, WrongScope
from core.feed_document import PROBLEM
from core.submissions import Unfit
from core.tokens import Holder, NoToken
from dashboard import trouble

Statuses = tuple[tuple[type[Refused], int], ...]


class NotPost(NotAllowed):
    """Only POST is answered here."""


class NotGet(NotAllowed):
    """Only GET is answered here."""


class NotThere(BadInput):
    """There is nothing at this address."""


#: Which refusal is which status; the first that fits. Any other refusal is not the caller's doing.
STATUS: Statuses = ((NoToken, 401), (WrongScope, 403), (NotThere, 404), (NotPost, 405), (NotGet, 405), (TooOften, 429), (BadInput, 422), (Refused, 503))  # fmt: skip
ALLOWED: dict[type[Refused], dict[str, str]] = {NotPost: {"Allow": "POST"}, NotGet: {"Allow": "GET, HEAD"}}
HEADERS = {
    401: {"WWW-Authenticate": "Bearer"},
    413: {"Connection": "close"},  # or what is left of the body would still be taken in
    429: {"Retry-After": "1"},
    503: {"Retry-After": "5"},
}


class Endpoint:
    """An address for every method: Streamlit's own routes would answer the others with its page."""

    def __init__(self, answer: Callable[[Request], Awaitable[Response]], *more: tuple[type[Refused], int]) -> None:
        """`answer` makes a response of a request, or refuses; `more` statuses are looked at before STATUS."""
        self.answer, self.statuses = answer, more + STATUS

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        try:
            response = await self.answer(Request(scope, receive))
        except ClientDisconnect:
            return
        except Refused as refusal:
            response = self._refused(refusal)
        except Exception as error:
            response = problem(500, trouble.sentence(error))
        await response(scope, receive, send)

    def _refused(self, refusal: Refused) -> Response:
        status = next(status for kind, status in self.statuses if isinstance(refusal, kind))
        wrong = [{"field": field, "problem": what} for field, what in refusal.problems] if isinstance(refusal, Unfit) else []  # fmt: skip
        return problem(status, str(refusal), errors=wrong, headers=ALLOWED.get(type(refusal)))


def problem(
    status: int,
    detail: str,
    *,
    headers: dict[str, str] | None = None,
    errors: list[dict[str, str | None]] | None = None,
) -> Response:
    """What is wrong, in one sentence, as RFC 9457 writes it."""
    said = {"title": HTTPStatus(status).phrase, "status": status, "detail": detail, "errors": errors or []}
    return JSONResponse(said, status, headers={**HEADERS.get(status, {}), **(headers or {})}, media_type=PROBLEM)


def only_get(request: Request) -> None:
    """Refuses what would change something."""
    if request.method not in ("GET", "HEAD"):
        raise NotGet


def admitted(request: Request) -> Holder:
    """Whose token came with it; refuses one that does not hold, and one that was used too often."""
    kind, _, token = request.headers.get("authorization", "").partition(" ")
    with db.begin() as conn:
        return feed.admit(conn, token.strip() if kind.lower() == "bearer" else "")
