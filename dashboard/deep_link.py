"""A link to a page of ours survives signing in: the way to the provider and back would otherwise end on the first page.

The page is remembered in a cookie of ten minutes. Only a page that exists here is: anything else, such as another host, is not.
"""

from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import cookie_parser
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from core.provider import CALLBACK
from dashboard.rooms import ROOMS

COOKIE, SECONDS = "after_sign_in", 600
LEAVES, COMES_BACK = "/auth/login", CALLBACK
LONGEST = 500


class DeepLink:
    """Remembers the page on the way to the provider, and opens it on the way back."""

    def __init__(self, app: ASGIApp) -> None:
        """Around this app."""
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http" or scope["path"] not in (LEAVES, COMES_BACK):
            await self.app(scope, receive, send)
            return
        given = Headers(scope=scope)

        async def with_page(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(raw=message["headers"])
                _remember(given, headers) if scope["path"] == LEAVES else _open(given, headers)
            await send(message)

        await self.app(scope, receive, with_page)


def _remember(given: Headers, headers: MutableHeaders) -> None:
    came_from = urlsplit(given.get("referer", ""))
    page = a_page_of_ours(f"{came_from.path}?{came_from.query}") if came_from.netloc == given.get("host") else None
    if page:
        headers.append("set-cookie", f"{COOKIE}={page}; Path=/; Max-Age={SECONDS}; HttpOnly; SameSite=Lax")


def _open(given: Headers, headers: MutableHeaders) -> None:
    kept = cookie_parser(given.get("cookie", "")).get(COOKIE)
    if kept is None:
        return
    headers.append("set-cookie", f"{COOKIE}=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax")
    if headers.get("location") == "/" and (page := a_page_of_ours(kept)):
        headers["location"] = page


def a_page_of_ours(said: str) -> str | None:
    """This path and query if it is a page of the dashboard, in letters that a header and a cookie hold; else None."""
    path, _, query = said.partition("?")
    plain = said.isascii() and said.isprintable() and not set(said) & set(' ;,"\\')
    if not plain or len(said) > LONGEST or path.removeprefix("/") not in {room.name for room in ROOMS}:
        return None
    return f"{path}?{query}" if query else path
