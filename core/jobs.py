"""The queue of jobs: what a worker has to do is a row, deferred on the connection of the move that asks for it.

So a message and its job exist if and only if the move was committed. The worker itself is in core/worker.py.
"""

from procrastinate import App, SyncPsycopgConnector
from procrastinate.exceptions import ConnectorException
from sqlalchemy import Connection

from core.errors import refusal_of

QUEUE, DELIVER = "notices", "deliver"
#: It is never opened: it has no connection of its own, and works on those that it is given.
_app = App(connector=SyncPsycopgConnector())


def defer_delivery(conn: Connection, notice_id: int, *, seconds: int = 0) -> None:
    """Somebody will deliver this message, so many seconds after the transaction has committed."""
    later = {"seconds": seconds} if seconds else None
    job = _app.configure_task(DELIVER, queue=QUEUE, schedule_in=later, connection=conn.connection.driver_connection)
    try:
        job.defer(notice_id=notice_id)
    except ConnectorException as error:
        if refusal := refusal_of(error.__cause__) if isinstance(error.__cause__, Exception) else None:
            raise refusal from error
        raise
