"""Files, in and out, are for whoever is signed in: Streamlit itself takes uploads from anybody who opened a page, the door too, and gives
a file to whoever has its address."""

import json
from http.cookies import CookieError
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send
from streamlit.web.server.starlette.starlette_websocket import USER_COOKIE_NAME, _get_signed_cookie_with_chunks

from core import db, provider, sign_in
from core.errors import Refused

FILES = ("/media/", "/_stcore/upload_file/")
TURNED_AWAY = PlainTextResponse("Sign in first.", status_code=403)


class OnlyWhoIsIn:
    """Turns away who asks for files without a session that holds; without a provider there is nobody to sign in."""

    def __init__(self, app: ASGIApp) -> None:
        """Around this app."""
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        asks = scope["type"] == "http" and scope["path"].startswith(FILES) and provider.provider() is not None
        if asks and not await run_in_threadpool(is_in, HTTPConnection(scope)):
            await TURNED_AWAY(scope, receive, send)
        else:
            await self.app(scope, receive, send)


def is_in(asked: HTTPConnection) -> bool:
    """Whether the signed cookie is of a session that holds, of somebody who is let in."""
    claims = _claims(asked)
    if not claims.get("is_logged_in"):
        return False
    try:
        with db.begin() as conn:
            sign_in.enter(conn, claims)
    except Refused:
        return False
    return True


def _claims(asked: HTTPConnection) -> dict[str, Any]:
    """What the provider said about them, from the cookie that Streamlit signed."""
    try:
        signed = _get_signed_cookie_with_chunks(asked.cookies, USER_COOKIE_NAME)
        said = json.loads(signed) if signed else {}
    except (CookieError, ValueError):
        return {}
    return said if isinstance(said, dict) else {}
