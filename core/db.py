"""The database: connections, transactions, and queries by name. The SQL itself is in sql/.

    with db.begin() as conn:
        for case in db.rows(conn, "cases.prior", phone="+14165550123"):

Nothing in core commits; whoever opened the transaction ends it.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from threading import Lock
from typing import Any

import psycopg
from sqlalchemy import URL, Connection, CursorResult, Engine, Row, TextClause, create_engine, event, make_url, text
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import SQLAlchemyError

from core import embedded
from core.errors import Unconfigured, refusal_of
from core.settings import ROOT, settings

QUERIES = ROOT / "sql" / "queries"
TIME_ZONE = "America/Toronto"
#: Whom connections work as: history can only be inserted and read by this role (R63); the owner of the tables could do more.
ROLE = "dashboard_system"
#: Whom they read as for a person: it changes nothing, and of cases it is given what this person may see (R64).
READER = "dashboard_app"
#: Planned once for each connection and then kept: no value would make another plan better, and planning them took up to four times
#: as long as running them. They are what every click asks.
PREPARED = frozenset(
    {
        "board.count",
        "board.open_page",
        "board.sources",
        "board.views",
        "cases.before",
        "cases.get",
        "cases.move",
        "notices.claim",
        "notices.enter_lane",
        "notices.mark",
        "notices.queue",
        "people.active",
        "people.get",
        "people.supervisors",
    }
)
#: Of the open list those with these conditions alone: they name no value, or one that is as good as any other.
PLANNED_FILTERS = frozenset(f"filters.{name}" for name in ("open", "mine", "team", "unassigned", "overdue", "due_soon"))
#: The other statements are never prepared. psycopg prepares what it has seen so often, and a plan for no value in particular
#: let a search among 10 million go from 4 to 2,145 ms.
NEVER_BY_ITSELF = 2**31
#: Where a query takes the conditions that it is given by name.
FILTERS = "/* and the filters */"

_engines: dict[str, Engine] = {}
_making = Lock()
_BLOCK = re.compile(r"^-- name: (\w+)\n-- (.+)\n((?:.*\n)*?)(?=-- name: |\Z)", re.MULTILINE)
_TIME_ZONE = "select set_config('TimeZone', %s, false)"
#: What is prepared is planned once: left to itself, the server plans some of it again for every value.
_PLANNED_ONCE = "set plan_cache_mode = 'force_generic_plan'"
#: A bulk load lays its rows out in a temporary table; taken only when there is one, and only before there is one.
_ROOM = "set temp_buffers = '256MB'"
#: Null where the user of the connection may not work as this role.
_TAKE_ROLE = "select set_config('role', rolname, false) from pg_roles where rolname = %s and pg_has_role(oid, 'member')"
#: Until the end of the transaction.
_READ_FOR = text("select set_config('app.viewer', cast(:viewer as text), true)").execution_options(prepared=True)


class MayNotWorkAs(Unconfigured):
    """The database user {user} may not work as {role}, and as itself could change the history; as an administrator of the database run: create role {role}; grant {role} to {user};"""


def url() -> URL:
    """The address of the database in use: DATABASE_URL, or the embedded one, which is started."""
    return as_url(settings().database_url or embedded.address())


def as_url(address: str) -> URL:
    """An address as SQLAlchemy reads it, over psycopg 3."""
    return make_url(address).set(drivername="postgresql+psycopg")


def as_address(url: URL) -> str:
    """An address as psql reads it. It may hold a password."""
    return url.set(drivername="postgresql").render_as_string(hide_password=False)


def engine() -> Engine:
    """Connections for the work, as the application's role where there is one."""
    return _once("work", lambda: engine_to(url()))


def people_engine() -> Engine:
    """Connections to read with for people, as the role that is given what they may see."""
    return _once("people", lambda: engine_to(url(), role=READER))


def read_engine() -> Engine:
    """Connections for figures: to DATABASE_READ_URL if it is set."""
    elsewhere = settings().database_read_url
    return _once("figures", lambda: engine_to(as_url(elsewhere))) if elsewhere else engine()


def owner_engine() -> Engine:
    """Connections as the user of the address, who owns the tables: for bulk loads and retention."""
    return _once("owner", lambda: engine_to(url(), role=None))


def _once(name: str, make: Callable[[], Engine]) -> Engine:
    """The engine of this name; those who ask first at the same moment are given the same one."""
    with _making:
        if name not in _engines:
            _engines[name] = make()
        return _engines[name]


def close() -> None:
    """Closes every connection and forgets the address, for tests and for a change of the environment."""
    with _making:
        for made in _engines.values():
            made.dispose()
        _engines.clear()


def engine_to(address: URL, role: str | None = ROLE) -> Engine:
    """Pooled connections to any address; `role` is whom they work as, None for the user of the address."""
    connecting = {
        "fallback_application_name": "toronto-311-dashboard",
        "connect_timeout": 10,
        "prepare_threshold": NEVER_BY_ITSELF,
    }
    # Not pre_ping, a round trip at each checkout: after a restart one click is refused with a sentence, and SQLAlchemy
    # then drops all old connections.
    made = create_engine(
        address, hide_parameters=True, pool_size=10, max_overflow=20, pool_timeout=10, connect_args=connecting
    )

    @event.listens_for(made, "connect")
    def set_up(connection: Any, _record: Any) -> None:
        connection.execute(_TIME_ZONE, [TIME_ZONE])
        if role is None:
            connection.execute(_ROOM)
        elif not connection.execute(_TAKE_ROLE, [role]).fetchone():
            raise MayNotWorkAs(user=connection.info.user, role=role)
        else:
            connection.execute(_PLANNED_ONCE)
        connection.commit()  # or the pool's rollback would undo it

    @event.listens_for(made, "do_execute")
    def keep_its_plan(cursor: Any, sql: str, values: Any, context: Any) -> bool | None:
        if not context.execution_options.get("prepared"):
            return None
        cursor.execute(sql, values, prepare=True)
        return True

    @event.listens_for(made, "handle_error")
    def forget_old_plans(context: ExceptionContext) -> None:
        """A migration may change what a kept plan would return: such connections are dropped, as those of a server that restarted."""
        if isinstance(context.original_exception, psycopg.errors.FeatureNotSupported):
            context.is_disconnect = True

    return made


async def take_role(conn: psycopg.AsyncConnection[Any]) -> None:
    """The same set-up for a connection that is not of these engines: a worker's, which fetches jobs by itself."""
    await conn.execute(_TIME_ZONE, [TIME_ZONE])
    if not await (await conn.execute(_TAKE_ROLE, [ROLE])).fetchone():
        raise MayNotWorkAs(user=conn.info.user, role=ROLE)
    await conn.commit()


@contextmanager
def begin() -> Iterator[Connection]:
    """One transaction: committed at the end, undone by anything raised. Refuses while the database is away."""
    with refusing(), engine().begin() as conn:
        yield conn


@contextmanager
def reading_as(viewer: int | None) -> Iterator[Connection]:
    """One transaction that reads what this person may see: the database keeps the rest from it, whatever is asked (R64)."""
    with refusing(), people_engine().begin() as conn:
        read_for(conn, viewer)
        yield conn


def read_for(conn: Connection, viewer: int | None) -> None:
    """From here to its end this transaction reads for this person."""
    conn.execute(_READ_FOR, {"viewer": viewer})


@contextmanager
def connection() -> Iterator[Connection]:
    """A connection on which several transactions follow each other: `with conn.begin()` each. Refuses while the database is away."""
    with refusing(), engine().connect() as conn:
        yield conn


@contextmanager
def reading() -> Iterator[Connection]:
    """One transaction that can only read, for figures: all its questions are answered as of one moment, so that sums agree.

    Figures count every case, whoever reads them.
    """
    with refusing(), read_engine().connect() as conn:
        yield conn.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)


@contextmanager
def refusing() -> Iterator[None]:
    """What the database refuses becomes a refusal with a sentence; everything else stays the error it is."""
    try:
        yield
    except SQLAlchemyError as error:
        if refusal := refusal_of(error):
            raise refusal from error
        raise


def rows(conn: Connection, name: str, /, *, filters: Sequence[str] = (), **values: Any) -> list[Row[Any]]:
    """All rows of the query of this name, such as "cases.prior". `filters` names conditions it is narrowed by."""
    return list(_execute(conn, name, filters, values))


def row(conn: Connection, name: str, /, *, filters: Sequence[str] = (), **values: Any) -> Row[Any] | None:
    """The first row, or None."""
    return _execute(conn, name, filters, values).first()


def value(conn: Connection, name: str, /, *, filters: Sequence[str] = (), **values: Any) -> Any:
    """The first column of the first row, or None."""
    return _execute(conn, name, filters, values).scalar()


def run(conn: Connection, name: str, /, **values: Any) -> int:
    """Runs the statement of this name; how many rows it touched."""
    return _execute(conn, name, (), values).rowcount


def _execute(conn: Connection, name: str, filters: Sequence[str], values: dict[str, Any]) -> CursorResult[Any]:
    with refusing():
        return conn.execute(statement(name, *filters), values)


@cache
def statement(name: str, *filters: str) -> TextClause:
    """The query of this name, narrowed by these conditions; an unknown name is a KeyError that says it."""
    sql = queries()[name]
    if filters and FILTERS not in sql:
        raise KeyError(f"{name} takes no filters")
    made = text(sql.replace(FILTERS, "".join(f"and ({queries()[each]})" for each in filters)))
    return made.execution_options(prepared=True) if name in PREPARED and PLANNED_FILTERS.issuperset(filters) else made


@cache
def queries() -> dict[str, str]:
    """Every query by its name, "noun.verb": the file and the block in it."""
    return {
        f"{file.stem}.{name}": sql
        for file in sorted(QUERIES.glob("*.sql"))
        for name, _, sql in blocks(file.read_text())
    }


def blocks(sql: str) -> list[tuple[str, str, str]]:
    """The blocks of a file of queries: name, what it is for, and the SQL."""
    return [(name, purpose, body.strip()) for name, purpose, body in _BLOCK.findall(sql + "\n")]
