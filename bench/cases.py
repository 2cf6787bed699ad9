"""Many invented cases to measure with, made inside the database and kept: the same ones for the same numbers.

Ten years of receipts up to one set day (`app.today` of that database), oldest first. One in a hundred is open, the newer
the likelier: both promises, and comments that nobody promised to answer; a quarter of them with nobody; one in thirty about
somebody on the staff. Forty supervisors in eight teams under four managers. The words are put together from sentences and
some 2,400 street names, so that a search finds many or few. There is no history (`case_events`): a queue does not read it.

It is filled as a restore would do it: indexes and foreign keys are made afterwards, which also checks the data; every
check and trigger of the table holds for each row.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date, timedelta
from hashlib import sha256
from time import perf_counter
from typing import Any

import psycopg
from sqlalchemy import URL, create_engine

from core import business_days, db
from core.errors import Refused
from core.migrate import migrate

TODAY = date(2026, 6, 10)
YEARS = 10
#: One case in so many is open.
OPEN = 100
#: Rows written in one transaction.
CHUNK = 250_000
TEAMS = 8
SUPERVISORS = 40
#: The first supervisor, and what the pages ask for: see _STAFF.
FIRST_SUPERVISOR = 6

GIVEN = ["Abena", "Basil", "Chiara", "Dmitri", "Esther", "Faisal", "Greta", "Hugo", "Imani", "Joost", "Keiko", "Lorenzo",
         "Maeve", "Nikhil", "Odile", "Pavel", "Quinn", "Rosa", "Soren", "Tamsin"]  # fmt: skip
FAMILY = ["Abbott", "Brandvold", "Castellanos", "Dubois", "Eriksen", "Fontaine", "Gallagher", "Haddad", "Iversen", "Jankovic",
          "Kowalski", "Lindqvist", "Moreau", "Nakamura", "Oyelaran", "Petrovic", "Quintero", "Rahman", "Sato", "Tremblay"]  # fmt: skip
STREETS = ["ash", "birch", "cedar", "dun", "elm", "fern", "glen", "haw", "iron", "juni", "king", "lark", "maple", "north", "oak",
           "pine", "queen", "raven", "stone", "thorn", "under", "vale", "west", "yew", "amber", "bram", "crow", "dew", "east",
           "fox", "grey", "heath", "ivy", "jay", "kil", "lind", "moss", "nut", "otter", "pearl", "quarry", "rowan", "spring",
           "tan", "upper", "vine", "willow", "york", "alder", "black", "clear", "dove", "ever", "finch", "gold", "holly",
           "inver", "kirk", "lang", "mill"]  # fmt: skip
ENDINGS = ["acre", "bank", "bourne", "bridge", "brook", "burn", "bury", "cliff", "combe", "cote", "crest", "croft", "dale", "dene",
           "field", "ford", "gate", "grove", "ham", "haven", "hill", "holme", "hurst", "land", "leigh", "mead", "mere", "mount",
           "moor", "ness", "park", "ridge", "side", "stead", "stoke", "thorpe", "ton", "view", "wick", "wood"]  # fmt: skip
ABOUT = ["Garbage was not collected", "Waited too long on the line", "Cut off during the call", "Wrong information was given",
         "The request was closed without any work", "Rude on the telephone", "No interpreter could be found", "Parking ticket dispute",
         "The counter closed early", "Charged twice for a permit", "Water was shut off without notice", "A tree fell and nobody came",
         "The website lost my form", "Snow was not cleared", "No call back as promised", "A very helpful representative"]  # fmt: skip
SAID = ["I waited forty minutes and was cut off.", "Nobody called me back as promised.", "The line was transferred three times.",
        "I was told that the work had been done, and it was not.", "She would not give me her name.", "My mother is blind and could not read it.",
        "The truck drove past our house again.", "This is the third time this month.", "I have photographs of everything.",
        "Please tell me who decides about this.", "The fee was not mentioned before.", "He listened and was very kind.",
        "I need an answer in writing.", "The online form asked for a postal code and refused mine.", "They said that it was not their division.",
        "The sidewalk is still blocked for wheelchairs.", "I was laughed at.", "It was solved within the hour, thank you.",
        "The recording speaks much too fast.", "I pay my taxes like everybody else."]  # fmt: skip
ANSWERED = [
    "We are sorry.",
    "The line is mended.",
    "It is open again.",
    "The by-law leaves no choice.",
    "The team was told.",
]

_DIVISIONS = "insert into divisions (name) select 'Division ' || no from generate_series(1, 20) as no"
_TEAMS = "insert into teams (name) select 'Team ' || no from generate_series(1, %(teams)s) as no"
#: 1 director, 2 to 5 managers, 6 to 45 supervisors, then team leads and representatives, an administrator, a viewer.
_STAFF = """
insert into staff (name, email, title, role, team_id, reports_to)
select given[1 + no %% 20] || ' ' || family[1 + (no * 7 + no / 20) %% 20], 'person' || no || '@example.org', '',
       case when no = 1 then 'director' when no <= 5 then 'manager' when no <= 45 then 'supervisor'
            when no <= 53 then 'team_lead' when no <= 118 then 'coordinator' when no = 119 then 'administrator' else 'viewer' end,
       case when no between 6 and 118 then 1 + no %% %(teams)s end,
       case when no between 2 and 5 then 1 when no between 6 and 45 then 2 + no %% 4
            when no between 46 and 53 then 6 + no %% 8 when no between 54 and 118 then 46 + no %% 8 when no > 118 then 1 end
from generate_series(1, 120) as no, (select %(given)s::text[] as given, %(family)s::text[] as family) as names
order by no
"""
#: A number that looks like chance and is the same in every run.
_PICK = """
create function pg_temp.pick(no bigint, salt int, among int) returns int immutable language sql
return abs(hashint8extended(no, salt) % among)::int
"""
_CASES = """
insert into cases (
    id, request_no, kind, state, title, description, category, subject_ids, division_id, channel, received_at, entered_at,
    entered_by, promised_days, due_on, first_due_on, reply_requested, customer_name, phone, email,
    team_id, owner_id, assigned_at, finding, finding_summary, sources_checked, steps_taken,
    responded_at, response_channel, response, responded_by, accountable_id, closed_at, redirected_to, source)
overriding system value
with numbered as (
    select no, %(rows)s - no as back, %(first_day)s::date + (no * %(days)s / (%(rows)s + 1))::int as day,
           pg_temp.pick(no, 1, 100) as kind_no, pg_temp.pick(no, 2, 100) as end_no
    from generate_series(%(first)s::bigint, %(last)s::bigint) as no
), opened as ( -- the newest half percent is open, then half and then a quarter of what came before: one in a hundred
    select *, case when back < %(open)s / 2 then true
                   when back < %(open)s then back %% 2 = 0
                   when back < %(open)s * 2 then back %% 4 = 0
                   else false end as is_open
    from numbered
), told as (
    select *,
           case when is_open and back >= %(open)s / 3 and kind_no between 60 and 64 then 'complaint'
                when kind_no < 60 then 'complaint' when kind_no < 65 then 'escalation' when kind_no < 90 then 'comment'
                else 'compliment' end as kind,
           pg_temp.pick(no, 3, 5) = 0 as wants_reply,
           pg_temp.pick(no, 4, 30) = 0 as about_staff,
           %(first_supervisor)s + pg_temp.pick(no, 5, %(supervisors)s) as supervisor,
           day + time '08:00' + pg_temp.pick(no, 6, 720) * interval '1 minute' as local_time
    from opened
), promised as (
    select told.*, local_time at time zone 'America/Toronto' as received_at,
           case when kind = 'complaint' or kind <> 'escalation' and wants_reply then 10 when kind = 'escalation' then 2 end as days,
           case when is_open and pg_temp.pick(no, 7, 4) = 0 then null
                when kind = 'escalation' then 2 + pg_temp.pick(no, 5, 4)
                else supervisor end as owner,
           case when is_open then null
                when kind = 'complaint' and end_no < 94 then 'responded'
                when kind = 'complaint' and end_no < 97 then 'withdrawn'
                when kind = 'complaint' then 'redirected'
                else 'closed' end as ended,
           calendar.business_day_no
    from told join calendar on calendar.day = told.day
)
select no, lpad((1000000 + no)::text, 8, '0'), kind,
       coalesce(ended, case when owner is null or kind in ('comment', 'compliment') then 'received'
                            when kind = 'escalation' then 'in_review'
                            when end_no < 50 then 'under_review' else 'investigating' end),
       (%(about)s::text[])[1 + pg_temp.pick(no, 8, 16)] || ' at ' || 1 + pg_temp.pick(no, 9, 400) || ' ' || street.name || ' Avenue',
       (%(said)s::text[])[1 + pg_temp.pick(no, 10, 20)] || ' It was near ' || other.name || ' Road.'
           || case when pg_temp.pick(no, 12, 10) = 0 then ' The vehicle was tn' || pg_temp.pick(no, 13, 100000) || '.' else '' end,
       (array['policy or procedure', 'staff', 'access', 'timeliness', 'outcome', 'quality', 'standard of service', 'charges'])
           [1 + pg_temp.pick(no, 14, 8)],
       case when about_staff and kind <> 'compliment' then array[54 + pg_temp.pick(no, 15, 65)::bigint] else '{}' end,
       case when pg_temp.pick(no, 16, 3) = 0 then 1 + pg_temp.pick(no, 17, 20) end,
       (array['phone', 'phone', 'phone', 'online', 'online', 'email', 'mail', 'in person'])[1 + pg_temp.pick(no, 18, 8)],
       received_at, received_at, 54 + pg_temp.pick(no, 19, 65),
       days, due.day, due.day, wants_reply,
       (%(given)s::text[])[1 + pg_temp.pick(no, 20, 20)] || ' ' || (%(family)s::text[])[1 + pg_temp.pick(no, 21, 20)],
       '+1416' || 2000000 + pg_temp.pick(no, 22, 7999999),
       case when pg_temp.pick(no, 23, 2) = 0 then 'customer' || pg_temp.pick(no, 24, 1000000) || '@example.org' end,
       case when owner is not null then 1 + owner %% %(teams)s when end_no < 60 then 1 + supervisor %% %(teams)s end,
       owner, case when owner is not null then received_at end,
       case when ended = 'responded' then 'substantiated' end,
       case when ended = 'responded' then 'It was as the customer said.' end,
       case when ended = 'responded' then 'The recording.' end,
       case when ended = 'responded' then 'The team was told.' end,
       case when ended = 'responded' then greatest(answered_at, received_at) end,
       case when ended = 'responded' then 'phone' end,
       case when ended = 'responded' then (%(answered)s::text[])[1 + pg_temp.pick(no, 25, 5)] end,
       case when ended = 'responded' then owner end,
       case when ended = 'responded' then owner end,
       case when ended is not null then greatest(answered_at, received_at) end,
       case when ended = 'redirected' then 1 + pg_temp.pick(no, 17, 20) end,
       case when kind <> 'complaint' then 'an earlier system' else 'dashboard' end -- their complaints are not told apart here
from promised
left join calendar as due on due.is_business_day and due.business_day_no = promised.business_day_no + days
join calendar as answer on answer.is_business_day
                       and answer.business_day_no = promised.business_day_no + 1 + pg_temp.pick(no, 26, coalesce(days, 10) + 2)
cross join lateral (select (answer.day + time '16:00') at time zone 'America/Toronto' as answered_at) as answering
cross join lateral (
    select initcap((%(streets)s::text[])[1 + pg_temp.pick(no, 27, 60)] || (%(endings)s::text[])[1 + pg_temp.pick(no, 28, 40)]) as name
) as street
cross join lateral (
    select initcap((%(streets)s::text[])[1 + pg_temp.pick(no, 29, 60)] || (%(endings)s::text[])[1 + pg_temp.pick(no, 30, 40)]) as name
) as other
"""
#: What is taken off while a table is filled, and put back as it was.
_FOREIGN_KEYS = """
select format('alter table cases drop constraint %I', conname),
       format('alter table cases add constraint %I %s', conname, pg_get_constraintdef(oid))
from pg_constraint where conrelid = 'cases'::regclass and contype = 'f'
"""
_FUNCTIONS = """
select distinct format('drop function %s', oid::regprocedure), pg_get_functiondef(oid)
from pg_depend
join pg_proc on classid = 'pg_proc'::regclass and objid = oid
join pg_index on refclassid = 'pg_class'::regclass and refobjid = indexrelid and indrelid = 'cases'::regclass
"""
_INDEXES = """
select format('drop index %s', indexrelid::regclass), pg_get_indexdef(indexrelid)
from pg_index
where indrelid = 'cases'::regclass and not exists (select from pg_constraint where conindid = indexrelid)
  and pg_get_indexdef(indexrelid) not like '%complaint_id%' -- who may have an open case is looked up there, row by row
order by indexrelid
"""


def database(rows: int) -> URL:
    """The address of a database on the server in use with so many cases; made unless the same one is there already.

    One with other tables or other cases is not replaced, because it took long to make: the bench ends with a sentence.
    """
    server, name = db.url(), f"bench_cases_{rows}"
    address = server.set(database=name)
    said = _said_of(server, name)
    if said is None:
        _make(server, name, rows)
    elif said != _stamp():
        raise SystemExit(f"The database {name} holds the cases of another version; drop it to have it made again.")
    try:
        migrate(db.as_address(address))
    except Refused as refusal:
        raise SystemExit(f"{refusal} Or drop the database {name} to have it made again.") from refusal
    return address


def _said_of(server: URL, name: str) -> str | None:
    """The stamp of a finished database; None when there is none or it was left half made."""
    with _connect(server) as conn:
        row = conn.execute(
            "select shobj_description(oid, 'pg_database') from pg_database where datname = %s", [name]
        ).fetchone()
    return row[0] if row else None


def _make(server: URL, name: str, rows: int) -> None:
    print(f"making the database {name}; it is kept for the next time (drop it when you are done)", flush=True)
    address = server.set(database=name)
    with _connect(server) as conn:
        conn.execute(f"drop database if exists {name}")
        conn.execute(f"create database {name}")
    migrate(db.as_address(address))
    _fill(address, rows)
    with _connect(server) as conn:
        conn.execute(f"alter database {name} set app.today = '{TODAY}'")
        conn.execute(f"comment on database {name} is '{_stamp()}'")


def _stamp() -> str:
    shape = (TODAY, YEARS, OPEN, _DIVISIONS, _TEAMS, _STAFF, _PICK, _CASES, *_values(1).values())
    return f"bench {sha256(repr(shape).encode()).hexdigest()[:16]}"


def _values(rows: int) -> dict[str, Any]:
    first_day = TODAY.replace(year=TODAY.year - YEARS)
    return {
        "rows": rows, "open": rows // OPEN, "first_day": first_day, "days": (TODAY - first_day + timedelta(1)).days,
        "teams": TEAMS, "supervisors": SUPERVISORS, "first_supervisor": FIRST_SUPERVISOR, "given": GIVEN, "family": FAMILY,
        "streets": STREETS, "endings": ENDINGS, "about": ABOUT, "said": SAID, "answered": ANSWERED,
    }  # fmt: skip


@contextmanager
def _connect(address: URL) -> Iterator[psycopg.Connection]:
    with psycopg.connect(db.as_address(address), autocommit=True, prepare_threshold=None) as conn:
        yield conn


def _fill(address: URL, rows: int) -> None:
    engine = create_engine(address)
    with engine.begin() as calendar:
        business_days.load(calendar)
    engine.dispose()
    values = _values(rows)
    with _connect(address) as conn:
        conn.execute("set maintenance_work_mem = '1GB'")
        for step in (_DIVISIONS, _TEAMS, _STAFF):
            conn.execute(step, values)
        conn.execute("analyze calendar")
        with _bare(conn):
            _write(address, values)
        _told("vacuum analyze", lambda: conn.execute("vacuum analyze"))


def _write(address: URL, values: dict[str, Any]) -> None:
    """Writes all cases, on two connections: most of the work is reading their words for the search."""
    rows = values["rows"]

    def write(first: int) -> None:
        with _connect(address) as conn:
            conn.execute("set synchronous_commit = off")
            conn.execute(_PICK)
            last = min(first + CHUNK - 1, rows)
            _told(f"{last:,} of {rows:,} cases", lambda: conn.execute(_CASES, values | {"first": first, "last": last}))

    with ThreadPoolExecutor(2) as workers:
        list(workers.map(write, range(1, rows + 1, CHUNK)))
    with _connect(address) as conn:
        conn.execute("select setval(pg_get_serial_sequence('cases', 'id'), %s)", [rows])


@contextmanager
def _bare(conn: psycopg.Connection) -> Iterator[None]:
    """The table without its indexes, functions that name one, and foreign keys; afterwards they are made again."""
    taken = [pair for query in (_FUNCTIONS, _FOREIGN_KEYS, _INDEXES) for pair in conn.execute(query).fetchall()]
    for drop, _ in taken:
        conn.execute(drop)
    yield
    for _, make in reversed(taken):
        _told(" ".join(make.split())[:100], lambda: conn.execute(make))  # noqa: B023


def _told(what: str, do: Callable[[], object]) -> None:
    start = perf_counter()
    do()
    print(f"{perf_counter() - start:7.1f} s  {what}", flush=True)
