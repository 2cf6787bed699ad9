"""Who may call the server from a page: our own pages and nobody else's.

Streamlit lets in every page of `localhost`, whatever its port, and asks a service on the internet for this machine's address to compare
others with. Here a page of elsewhere is turned away before that. Programs that are no browser name no page, and carry no cookie of ours.
"""

from collections.abc import Mapping
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from core import provider

TURNED_AWAY = PlainTextResponse("Only the dashboard's own pages may call it.", status_code=403)
POLICY_VIOLATION = 1008
LOOPBACK = ("localhost", "127.0.0.1", "[::1]")
#: What a proxy adds: behind one, whoever asks is not on this machine.
FORWARDED = ("X-Forwarded-For", "X-Real-Ip", "Forwarded", "Via")


class OnlyOurPages:
    """Turns away what a page of elsewhere asks for, also over the websocket."""

    def __init__(self, app: ASGIApp) -> None:
        """Around this app."""
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request, or one websocket."""
        if scope["type"] == "lifespan" or is_ours(Headers(scope=scope)):
            await self.app(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": POLICY_VIOLATION})
        else:
            await TURNED_AWAY(scope, receive, send)


def is_ours(given: Headers) -> bool:
    """Whether it was asked for by a page of ours, or by no page."""
    if "origin" not in given:
        return True
    origins, found = given.getlist("origin"), provider.provider()
    if found is not None:
        return origins == [_origin(found.public_url)]
    return len(origins) == 1 and urlsplit(origins[0]).netloc == given.get("host")


def on_this_machine(given: Mapping[str, str]) -> bool:
    """Whether it was asked for by its name here, and by no proxy."""
    host = (given.get("Host") or "").rsplit(":", 1)[0]
    return host in LOOPBACK and not any(name in given for name in FORWARDED)


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
