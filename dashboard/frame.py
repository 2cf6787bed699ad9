"""What a browser gets when it opens a page: Streamlit's own frame with our style in it, at the address that people know.

The style is in the frame because one that the script draws comes seconds after the words it is for: until then captions are too
pale to read.
"""

from functools import lru_cache
from pathlib import Path
from urllib.parse import urlsplit

import streamlit as st
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from core import provider
from dashboard.rooms import ROOMS

STYLE = Path(__file__).with_name("style.css")
FRAME = Path(st.__file__).parent / "static" / "index.html"
#: Set on the way to PUBLIC_URL. Who still has it there came through a proxy that writes another name, and would be sent for ever.
SENT, SECONDS = "sent_to_public_url", 5


async def page(request: Request) -> Response:
    """A page; by another name than PUBLIC_URL's the way there, because sign-in and websocket are open at that one only."""
    found = provider.provider()
    if found is None or _comes_by(found.public_url, request) or SENT in request.cookies:
        return HTMLResponse(_framed(), headers={"Cache-Control": "no-cache"})
    query = f"?{request.url.query}" if request.url.query else ""
    answer = RedirectResponse(f"{found.public_url}{request.url.path}{query}")
    answer.set_cookie(
        SENT, "1", max_age=SECONDS, path=request.url.path, httponly=True, samesite="lax"
    )  # for this page only
    return answer


async def first_page(request: Request) -> RedirectResponse:
    """The first page answers at / only; by its name Streamlit would not find it."""
    return RedirectResponse(str(request.url.replace(path="/", scheme="", netloc="")))


def address() -> str:
    """Where people open the dashboard: at PUBLIC_URL when they sign in, else on this machine."""
    found = provider.provider()
    return found.public_url if found else f"http://localhost:{st.get_option('server.port')}"


def _comes_by(public_url: str, request: Request) -> bool:
    """Whether a browser that asks so stands at that address; it leaves out the port that goes without saying."""
    return (request.headers.get("host") or "").lower() == urlsplit(public_url).netloc


@lru_cache(maxsize=1)
def _framed() -> str:
    """With the style at its end: Streamlit adds its own to the head later, and of two that say as much the last one counts."""
    return FRAME.read_text("utf-8").replace("</body>", f"<style>{STYLE.read_text('utf-8')}</style></body>", 1)


ROUTES = [
    Route("/", page),
    Route(f"/{ROOMS[0].name}", first_page),
    *(Route(f"/{room.name}", page) for room in ROOMS[1:]),
]
