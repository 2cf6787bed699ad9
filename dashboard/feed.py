"""POST /api/intake: the online form's feed over HTTP. What it means is in core/feed.py; here it is read, within its limits, and answered."""

import re

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from core import db, feed, submissions
from core.errors import BadInput
from core.feed import BadKey, OtherBody
from core.feed_document import DOCUMENT, KEY_PATTERN, LARGEST, PATH, document
from core.submissions import NotJson
from core.tokens import Holder
from dashboard.endpoint import Endpoint, NotPost, NotThere, admitted, only_get, problem

_KEY = re.compile(KEY_PATTERN)


class TooLarge(BadInput):
    """The body may have 65,536 bytes at most."""


class NotOurFormat(BadInput):
    """The body must be application/json, and not compressed."""


STATUS = ((OtherBody, 409), (TooLarge, 413), (NotOurFormat, 415), (NotJson, 400), (BadKey, 400))


async def _intake(request: Request) -> Response:
    """Who sends comes first, then what: nothing is read of whom we do not know."""
    if request.method != "POST":
        raise NotPost
    holder = await run_in_threadpool(admitted, request)
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
    only_get(request)
    return JSONResponse(document())


async def _nothing(_request: Request) -> Response:
    raise NotThere


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


ROUTES = [
    Route(PATH, Endpoint(_intake, *STATUS)),
    Route(DOCUMENT, Endpoint(_document)),
    Route("/api/{rest:path}", Endpoint(_nothing)),
]
