"""The worker: delivers what waits in the outbox, and makes its rounds. Any number of them may run at once.

    python -m core work

A worker that is killed is missed after STALLED seconds: its jobs are then given to another one. What it was handing over at that
moment is told in core/delivery.py.
"""

import asyncio
import logging
import signal
import subprocess
import sys
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial
from threading import Thread
from typing import Any

import psycopg
from procrastinate import App, PsycopgConnector
from procrastinate.exceptions import ConnectorException

from core import db, delivery, jobs, rounds
from core.delivery import NotWaiting, OthersFirst
from core.settings import ROOT
from core.trouble import in_log

#: Messages that one worker hands over at the same time.
AT_ONCE = 4
#: Seconds between signs of life; after how many without one a worker is missed; between two rounds; after trouble.
HEARTBEAT, STALLED, ROUND, PAUSE = 5.0, 20.0, 15.0, 5.0

log = logging.getLogger("core.worker")


def run(*, at_once: int = AT_ONCE, beside: bool = False) -> None:
    """Works until it is told to stop (SIGTERM, SIGINT): what it has begun is finished, and nothing else is begun.

    `beside`: also when whoever started it is gone, however that came: its end of our standard input is then closed.
    """

    async def until_told() -> None:
        stopping, loop = asyncio.Event(), asyncio.get_running_loop()
        for told in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(told, stopping.set)
        if beside:
            Thread(
                target=_wait_for_the_end_of, args=(partial(loop.call_soon_threadsafe, stopping.set),), daemon=True
            ).start()
        await _work(stopping, at_once)

    asyncio.run(until_told())


def start_beside() -> subprocess.Popen[bytes]:
    """A worker of one's own, in a process that ends after this one: a server that is stopped in the middle of a message would
    otherwise leave nobody knowing whether it left."""
    command = [sys.executable, "-m", "core", "work", "--beside"]
    return subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, start_new_session=True)


def _wait_for_the_end_of(then: Callable[[], object]) -> None:
    sys.stdin.buffer.read()
    with suppress(RuntimeError):  # it has stopped already
        then()


async def _work(stopping: asyncio.Event, at_once: int) -> None:
    """One session after the other: a database that went away ends a session, and the next one finds it again."""
    stop = asyncio.create_task(stopping.wait())
    while not stopping.is_set():
        session = asyncio.create_task(_session(at_once))
        await asyncio.wait({session, stop}, return_when=asyncio.FIRST_COMPLETED)
        session.cancel()  # told to stop: what has begun is finished
        (came,) = await asyncio.gather(session, return_exceptions=True)
        if not stopping.is_set():
            log.warning("The worker was interrupted and starts again.\n%s", in_log(came) if came else "")
            await asyncio.wait({stop}, timeout=PAUSE)


async def _session(at_once: int) -> None:
    app = _app(at_once)
    async with app.open_async():
        walking = asyncio.create_task(_again_and_again(partial(_round, app)))
        try:
            await app.run_worker_async(
                queues=[jobs.QUEUE], name="notices", concurrency=at_once, delete_jobs="successful", install_signal_handlers=False,
                update_heartbeat_interval=HEARTBEAT, stalled_worker_timeout=STALLED,
            )  # fmt: skip
        finally:
            walking.cancel()
            await asyncio.gather(walking, return_exceptions=True)


def _app(at_once: int) -> App:
    connector = PsycopgConnector(
        conninfo=db.as_address(db.url()), configure=_as_role, min_size=1, max_size=at_once + 2, timeout=10,
        kwargs={"connect_timeout": 10, "fallback_application_name": "toronto-311-worker"},
    )  # fmt: skip
    app = App(connector=connector)
    app.task(name=jobs.DELIVER, queue=jobs.QUEUE)(_deliver)
    return app


async def _as_role(conn: psycopg.AsyncConnection[Any]) -> None:
    await db.take_role(conn)


def _deliver(notice_id: int) -> None:
    """One job. It fails only by an error of ours, and then the next round finds the message again."""
    try:
        log.info("notice %s: %s", notice_id, delivery.deliver(notice_id))
    except NotWaiting:
        log.info("notice %s: nothing to do", notice_id)
    except OthersFirst:
        with db.begin() as conn:
            jobs.defer_delivery(conn, notice_id, seconds=delivery.SECONDS_BEHIND_ANOTHER)
    except Exception as error:
        log.error("notice %s\n%s", notice_id, in_log(error))
        raise Failed from None


class Failed(Exception):
    """The log says why."""


async def _again_and_again(do: Callable[[], Awaitable[None]]) -> None:
    while True:
        try:
            await do()
        except Exception as error:
            log.error("the round of a worker\n%s", in_log(error))
        await asyncio.sleep(ROUND)


async def _round(app: App) -> None:
    for job in await app.job_manager.get_stalled_jobs(queue=jobs.QUEUE, seconds_since_heartbeat=STALLED):
        with suppress(ConnectorException):  # another worker was faster
            await app.job_manager.retry_job(job)
    await asyncio.to_thread(rounds.make)
