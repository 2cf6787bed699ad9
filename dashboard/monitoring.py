"""/healthz for whoever restarts servers, /metrics for Prometheus: numbers about the work and the program, and nobody's data."""

from collections.abc import Iterator

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Histogram,
    PlatformCollector,
    ProcessCollector,
    generate_latest,
)
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from sqlalchemy import Connection
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from core import business_days, db, health, operation, provider, rounds
from core.errors import Refused
from core.feed import WrongScope
from core.tokens import METRICS
from dashboard.callers import on_this_machine
from dashboard.endpoint import Endpoint, NotThere, admitted, only_get

#: Our own: a registry of the whole process would refuse a second start of this module.
REGISTRY = CollectorRegistry()
PAGES = Histogram("feedback_page_seconds", "Seconds from a click or a visit until its page was drawn.", ("page",), registry=REGISTRY,
                  buckets=(0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1, 2, 5, 10))  # fmt: skip
CLICKS = Counter("feedback_clicks", "Clicks that were to change something.", ("outcome",), registry=REGISTRY)
DONE, REFUSED, FAILED = (CLICKS.labels(outcome) for outcome in ("done", "refused", "failed"))


class InTheDatabase(Collector):
    """What is counted when it is asked for; of a database that is away only that it is."""

    def describe(self) -> list[GaugeMetricFamily]:
        """Nothing beforehand: there may be no database yet."""
        return []

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """One family after the other."""
        try:
            with db.begin() as conn:
                found = list(_families(conn))
        except Refused:
            found = []
        yield GaugeMetricFamily("feedback_database_up", "Whether the database answers.", bool(found))
        yield from found


def _families(conn: Connection) -> Iterator[GaugeMetricFamily]:
    for stands, kinds in operation.open_cases(conn).items():
        name = "feedback_open_cases" if stands == "open" else f"feedback_{stands}_cases"
        yield _by(
            "kind",
            kinds,
            name,
            f"Cases that are {stands.replace('_', ' ')}; all but the first are among the open ones.",
        )
    yield _by(
        "stands", operation.messages(conn), "feedback_messages", "Messages in the outbox; sent ones since midnight."
    )
    yield GaugeMetricFamily(
        "feedback_workers", "Workers that gave a sign of life in the last minute.", rounds.workers(conn)
    )
    yield GaugeMetricFamily(
        "feedback_failed_jobs", "Jobs of the last day that ended in an error of ours.", operation.failed_jobs(conn)
    )
    yield GaugeMetricFamily("feedback_calendar_days_left", "Days until no due date can be counted any more.", business_days.runs_out(conn).days_left)  # fmt: skip


def _by(label: str, numbers: dict[str, int], name: str, what: str) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, what, labels=(label,))
    for value, number in numbers.items():
        family.add_metric((value,), number)
    return family


REGISTRY.register(InTheDatabase())
ProcessCollector(registry=REGISTRY)
PlatformCollector(registry=REGISTRY)


async def _health(request: Request) -> Response:
    """200 if all is well, else 503; each thing that is not, in a sentence without anybody's data, as `python -m core check` says it."""
    only_get(request)
    problems = await run_in_threadpool(health.problems)
    return JSONResponse(
        {"well": not problems, "problems": problems}, 503 if problems else 200, headers={"Cache-Control": "no-store"}
    )


async def _metrics(request: Request) -> Response:
    """Where people sign in, programs need a token that is for metrics; the demo answers on its own machine only."""
    only_get(request)
    if provider.provider() is None:
        if not on_this_machine(request.headers):
            raise NotThere
    elif METRICS not in (await run_in_threadpool(admitted, request)).scopes:
        raise WrongScope
    said = await run_in_threadpool(generate_latest, REGISTRY)
    return Response(said, headers={"Cache-Control": "no-store", "Content-Type": CONTENT_TYPE_LATEST})


ROUTES = [Route("/healthz", Endpoint(_health)), Route("/metrics", Endpoint(_metrics))]
