"""The server around the dashboard: it starts only as it should, and every answer carries its headers.

streamlit run dashboard/server.py
"""

import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
if str(ROOT) not in sys.path:  # `streamlit run` puts dashboard/ on the path, not the root
    sys.path.insert(0, str(ROOT))

import pandas  # noqa: E402, F401 - whole, before two pages that draw at once find half of it
import streamlit as st  # noqa: E402
from starlette.middleware import Middleware  # noqa: E402
from starlette.requests import Request  # noqa: E402
from starlette.responses import RedirectResponse  # noqa: E402
from starlette.routing import Route  # noqa: E402

from core import provider  # noqa: E402
from core.errors import Refused  # noqa: E402
from dashboard import feed, monitoring  # noqa: E402
from dashboard.callers import OnlyOurPages  # noqa: E402
from dashboard.deep_link import DeepLink  # noqa: E402
from dashboard.headers import Headers, broken  # noqa: E402
from dashboard.inside import OnlyWhoIsIn  # noqa: E402
from dashboard.rooms import ROOMS  # noqa: E402


def secrets() -> dict[str, Any] | None:
    """What Streamlit needs to know of the provider; ends the program with one sentence where it must not start."""
    try:
        found = provider.provider()
    except Refused as refusal:
        sys.exit(str(refusal))
    return found.as_secrets() if found else None


async def first_page(request: Request) -> RedirectResponse:
    """The first page answers at / only; by its name Streamlit would not find it."""
    return RedirectResponse(str(request.url.replace(path="/", scheme="", netloc="")))


app = st.App(
    ROOT / "dashboard" / "app.py",
    secrets=secrets(),
    routes=[*feed.ROUTES, *monitoring.ROUTES, Route(f"/{ROOMS[0].name}", first_page)],
    middleware=[Middleware(Headers), Middleware(OnlyOurPages), Middleware(OnlyWhoIsIn), Middleware(DeepLink)],
    exception_handlers={Exception: broken},
)
