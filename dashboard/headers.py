"""The headers of every answer, the websocket's too: what a browser must not do with our pages."""

import re
from base64 import b64encode
from hashlib import sha256
from pathlib import Path

import streamlit
from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from core import provider

_INLINE = re.compile(rb"<script>(.*?)</script>", re.DOTALL)


def _scripts_in_the_page() -> str:
    """The digest of each script that Streamlit's own page holds: no other one written into a page runs."""
    page = (Path(streamlit.__file__).parent / "static" / "index.html").read_bytes()
    return "".join(f" 'sha256-{b64encode(sha256(script).digest()).decode()}'" for script in _INLINE.findall(page))


#: Nothing comes from elsewhere and nothing goes there. Streamlit writes its styles into the page, so they stay inline; the scripts
#: are its own files, and the grid works in a worker made of one.
POLICY = "; ".join((
    "default-src 'none'", f"script-src 'self'{_scripts_in_the_page()}", "style-src 'self' 'unsafe-inline'", "img-src 'self' data: blob:", "font-src 'self' data:",
    "connect-src 'self'", "worker-src 'self' blob:", "manifest-src 'self'", "media-src 'self'", "base-uri 'self'", "form-action 'self'",
    "frame-ancestors 'none'", "object-src 'none'",
))  # fmt: skip
#: What somebody uploaded is a file to keep and never a page of ours: no script in it runs and nothing in it loads.
POLICY_OF_FILES = "default-src 'none'; sandbox; frame-ancestors 'none'"
NOT_NEEDED = ("accelerometer", "autoplay", "camera", "display-capture", "encrypted-media", "geolocation", "gyroscope", "magnetometer",
              "microphone", "midi", "payment", "picture-in-picture", "publickey-credentials-get", "screen-wake-lock", "usb",
              "xr-spatial-tracking")  # fmt: skip
ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    # an address of ours may hold a request number
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": ", ".join(f"{name}=()" for name in NOT_NEEDED),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex, nofollow",
}
#: Kept by no cache on the way, and by no browser that others use: answers about people.
NOT_KEPT = ("/media/", "/api/", "/auth/", "/oauth2callback", "/_stcore/")
FILES = "/media/"
#: Ways in that Streamlit offers and nobody here uses: its interface for programs that drive a page, and its figures.
CLOSED = ("/_stcore/agent/", "/_stcore/metrics")
NOT_HERE = PlainTextResponse("Not found", status_code=404)
A_YEAR = 365 * 24 * 60 * 60


class Headers:
    """Adds them, whoever answers."""

    def __init__(self, app: ASGIApp) -> None:
        """Around this app."""
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request, or one websocket."""
        path, by_https = scope.get("path", ""), _is_secure()
        app = NOT_HERE if path.startswith(CLOSED) and scope["type"] == "http" else self.app

        async def with_headers(message: Message) -> None:
            if message["type"] in ("http.response.start", "websocket.accept", "websocket.http.response.start"):
                message["headers"] = list(message.get("headers") or [])
                _add(MutableHeaders(raw=message["headers"]), path, by_https)
            await send(message)

        await app(scope, receive, with_headers)


def _add(headers: MutableHeaders, path: str, by_https: bool) -> None:
    for name in {
        name for name in headers if name.startswith("access-control-")
    }:  # no page of elsewhere may read any of it
        del headers[name]
    headers.update(ALWAYS)
    headers["Content-Security-Policy"] = POLICY_OF_FILES if path.startswith(FILES) else POLICY
    if path.startswith(NOT_KEPT):
        headers["Cache-Control"] = "no-store"
    if by_https:
        headers["Strict-Transport-Security"] = f"max-age={A_YEAR}; includeSubDomains"
        _secure_cookies(headers)


def _secure_cookies(headers: MutableHeaders) -> None:
    """Streamlit leaves `Secure` out; where people come by https, no cookie goes any other way."""
    for at, (name, value) in enumerate(headers.raw):
        if name.lower() == b"set-cookie" and b"secure" not in value.lower().split(b"; "):
            headers.raw[at] = (name, value + b"; Secure")


def _is_secure() -> bool:
    found = provider.provider()
    return found is not None and found.is_secure


def broken(_request: Request, _error: Exception) -> Response:
    """What is answered when the server itself fails: this answer is made outside of everything else."""
    answer = PlainTextResponse("Something went wrong on our side.", status_code=500)
    _add(answer.headers, "/api/", _is_secure())
    return answer
