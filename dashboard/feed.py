"""POST /api/intake: the online form's feed over HTTP. What it means is in core/feed.py; here it is read, within its limits, and answered."""

import re
from collections.abc import Callable
from http import HTTPStatus

from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from core import db, feed, submissions
from core.errors import BadInput, NotAllowed, Refused
from core.feed import BadKey, OtherBody, TooOften, WrongScope
from core.feed_document import DOCUMENT, KEY_PATTERN, LARGEST, PATH, PROBLEM, document
from core.submissions import NotJson, Unfit
from core.tokens import Holder, NoToken
from dashboard import trouble

_KEY = re.compile(KEY_PATTERN)


class TooLarge(BadInput):
    """The body may have 65,536 bytes at most."""


class NotOurFormat(BadInput):
    """The body must be application/json, and not compressed."""


class NotPost(NotAllowed):
    """Only POST is answered here."""


class NotThere(BadInput):
    """There is nothing at this address."""


#: Which refusal is which status; the first that fits. Any other refusal is not the sender's doing.
STATUS: tuple[tuple[type[Refused], int], ...] = (
    (NoToken, 401), (WrongScope, 403), (NotThere, 404), (NotPost, 405), (OtherBody, 409), (TooLarge, 413), (NotOurFormat, 415), (TooOften, 429),
    (NotJson, 400), (BadKey, 400), (BadInput, 422), (Refused, 503),
)  # fmt: skip
HEADERS = {
    401: {"WWW-Authenticate": "Bearer"},
    405: {"Allow": "POST"},
    413: {"Connection": "close"},  # or what is left of the body would still be taken in
    429: {"Retry-After": "1"},
    503: {"Retry-After": "5"},
}


class Answering:
    """An endpoint for every method: Streamlit's own routes would answer the others with its page."""

    def __init__(self, answer: Callable[[Request], object]) -> None:
        """`answer` makes a response of a request, or refuses."""
        self.answer = answer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        try:
            response = await self.answer(Request(scope, receive))  # type: ignore[misc]
        except ClientDisconnect:
            return
        except Refused as refusal:
            response = _refused(refusal)
        except Exception as error:
            response = problem(500, trouble.sentence(error))
        await response(scope, receive, send)


async def _intake(request: Request) -> Response:
    """Who sends comes first, then what: nothing is read of whom we do not know."""
    if request.method != "POST":
        raise NotPost
    holder = await run_in_threadpool(_admit, _token(request))
    key = request.headers.get("idempotency-key", "")
    if not _KEY.fullmatch(key):
        raise BadKey
    body = await _body(request)
    answer = await run_in_threadpool(_answer, holder, key, body)
    if answer.status == feed.CREATED:
        return JSONResponse(answer.body, answer.status)
    waits = {"Retry-After": str(answer.wait)} if answer.wait else {}
    return problem(answer.status, answer.body["detail"], headers=waits)


async def _document(request: Request) -> Response:
    if request.method not in ("GET", "HEAD"):
        return problem(405, "Only GET is answered here.", headers={"Allow": "GET, HEAD"})
    return JSONResponse(document())


async def _nothing(_request: Request) -> Response:
    raise NotThere


def _token(request: Request) -> str:
    kind, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if kind.lower() == "bearer" else ""


def _admit(token: str) -> Holder:
    with db.begin() as conn:
        return feed.admit(conn, token)


def _answer(holder: Holder, key: str, body: bytes) -> feed.Answer:
    sent = submissions.read(body)
    with db.begin() as conn:
        return feed.answer(conn, holder, key, body, sent)


async def _body(request: Request) -> bytes:
    """What is sent, as far as it is allowed: more is refused while it is read and not after."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json" or request.headers.get("content-encoding", "identity") != "identity":
        raise NotOurFormat
    if (
        request.headers.get("content-length", "0").isdecimal()
        and int(request.headers.get("content-length", "0")[:20]) > LARGEST
    ):
        raise TooLarge
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > LARGEST:
            raise TooLarge
    return bytes(body)


def _refused(refusal: Refused) -> Response:
    status = next(status for kind, status in STATUS if isinstance(refusal, kind))
    wrong = (
        [{"field": field, "problem": what} for field, what in refusal.problems] if isinstance(refusal, Unfit) else []
    )
    return problem(status, str(refusal), errors=wrong)


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


ROUTES = [
    Route(PATH, Answering(_intake)),
    Route(DOCUMENT, Answering(_document)),
    Route("/api/{rest:path}", Answering(_nothing)),
]
