"""The server around the dashboard: it starts only as it should, and every answer carries its headers.

streamlit run dashboard/server.py
"""

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
if str(ROOT) not in sys.path:  # `streamlit run` puts dashboard/ on the path, not the root
    sys.path.insert(0, str(ROOT))

import pandas  # noqa: E402, F401 - whole, before two pages that draw at once find half of it
import streamlit as st  # noqa: E402
from starlette.middleware import Middleware  # noqa: E402

from core import provider  # noqa: E402
from core.errors import Refused  # noqa: E402
from dashboard import feed, frame, monitoring  # noqa: E402
from dashboard.callers import OnlyOurPages  # noqa: E402
from dashboard.deep_link import DeepLink  # noqa: E402
from dashboard.headers import Headers, broken  # noqa: E402
from dashboard.inside import OnlyWhoIsIn  # noqa: E402


def secrets() -> dict[str, Any] | None:
    """What Streamlit needs to know of the provider; ends the program with one sentence where it must not start."""
    try:
        found = provider.provider()
    except Refused as refusal:
        sys.exit(str(refusal))
    return found.as_secrets() if found else None


@asynccontextmanager
async def started(_app: st.App) -> AsyncIterator[None]:
    """Tells whoever started it where people open it: Streamlit knows this machine's own address only, which may not let them in."""
    print(f"The dashboard opens at {frame.address()}", flush=True)
    yield


app = st.App(
    ROOT / "dashboard" / "app.py",
    secrets=secrets(),
    lifespan=started,
    routes=[*feed.ROUTES, *monitoring.ROUTES, *frame.ROUTES],
    middleware=[Middleware(Headers), Middleware(OnlyOurPages), Middleware(OnlyWhoIsIn), Middleware(DeepLink)],
    exception_handlers={Exception: broken},
)
