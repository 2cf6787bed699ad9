"""Health and metrics: what restarts servers and what is watched, without anybody's data and for whoever may read it."""

import asyncio

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import text
from starlette.applications import Starlette

from core import board, db, rounds, tokens
from core.kinds import Kind
from dashboard import monitoring, session
from tests import builders
from tests.builders import SAM
from tests.serving import in_use
from tests.test_feed import a_token
from tests.test_sign_in import WHOLE


def ask(path, method="GET", token=None):
    """What the endpoints answer in this process."""

    async def asked():
        inside = httpx.ASGITransport(Starlette(routes=monitoring.ROUTES))
        async with httpx.AsyncClient(transport=inside, base_url="http://127.0.0.1") as client:
            return await client.request(method, path, headers={"Authorization": f"Bearer {token}"} if token else {})

    return asyncio.run(asked())


def measured(answer):
    """Every sample by its name and labels."""
    assert answer.status_code == 200
    families = text_string_to_metric_families(answer.text)
    return {(one.name, *sorted(one.labels.items())): one.value for family in families for one in family.samples}


def test_a_server_that_is_well_says_so(database):
    answer = ask("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"well": True, "problems": []})
    assert answer.headers["cache-control"] == "no-store"


def test_it_answers_on_the_real_server_too(app_url):
    assert httpx.get(f"{app_url}/healthz").status_code == 200
    assert ("feedback_database_up",) in measured(httpx.get(f"{app_url}/metrics"))


@pytest.mark.parametrize(("broken", "said"), [
    ("delete from calendar where day > today() + 30", "days are left"),
    ("delete from migrations where no = 32", "run python -m core migrate"),
    ("insert into notices (purpose, channel, to_address, subject, body, message_id, created_by, created_at) "
     "values ('digest', 'email', 'canary@example.org', 'x', 'x', 'm-1', 1, now() - interval '1 hour')", "should have left"),
])  # fmt: skip
def test_what_is_not_well_is_503_and_a_sentence(database, broken, said):
    with db.owner_engine().begin() as owner:
        owner.execute(text(broken))
    answer = ask("/healthz")
    assert answer.status_code == 503 and not answer.json()["well"]
    assert said in " ".join(answer.json()["problems"]) and "canary" not in answer.text


def test_a_worker_that_should_be_there_and_is_not_is_503(database, monkeypatch):
    monkeypatch.setenv("WORKER", "on")
    assert ask("/healthz").status_code == 503


def test_without_a_database_health_is_503_and_metrics_say_only_that(shared_database, monkeypatch):
    with in_use("postgresql://nobody:hush@127.0.0.1:1/none", monkeypatch):
        assert ask("/healthz").status_code == 503 and "hush" not in ask("/healthz").text
        found = measured(ask("/metrics"))
    assert found["feedback_database_up",] == 0
    assert not [name for name, *_ in found if name.startswith("feedback_open")]


@pytest.mark.parametrize("path", ["/healthz", "/metrics"])
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "PATCH"])
def test_they_are_only_read(database, path, method):
    answer = ask(path, method)
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD")


def test_the_metrics_count_what_is_there(database):
    with db.begin() as conn:
        builders.taken(conn), builders.received(conn)
        late = builders.taken(conn)
        builders.queued(conn)
        builders.escalation(conn)
    with db.owner_engine().begin() as owner:
        owner.execute(text("alter table cases disable trigger user"))
        owner.execute(
            text("update cases set due_on = today() - 3, first_due_on = today() - 3 where id = :id"), {"id": late.id}
        )
        owner.execute(text("alter table cases enable trigger user"))
    found = measured(ask("/metrics"))
    with db.begin() as conn:
        told = conn.execute(
            text("""
            select count(*) filter (where is_open) as open, count(*) filter (where is_overdue) as overdue,
                   count(*) filter (where is_open and owner_id is null) as unassigned,
                   count(*) filter (where is_open and not is_overdue and days_left <= 2) as due_soon
            from case_board where kind = 'complaint'""")
        ).one()
        escalations_soon = len(
            board.ids(conn, {"when": "due soon", "kind": "escalation"}, builders.who(conn, builders.ADA), 500)
        )
    kind = ("kind", "complaint")
    assert told.overdue and told.unassigned
    assert found["feedback_open_cases", kind] == told.open
    assert found["feedback_overdue_cases", kind] == told.overdue
    assert found["feedback_unassigned_cases", kind] == told.unassigned
    assert found["feedback_due_soon_cases", kind] == told.due_soon
    assert found["feedback_due_soon_cases", ("kind", "escalation")] == escalations_soon
    assert found["feedback_messages", ("stands", "waiting")] == 1
    assert {labels[0][1] for name, *labels in found if name == "feedback_open_cases"} == set(map(str, Kind))
    assert found["feedback_calendar_days_left",] > 60
    assert (found["feedback_workers",], found["feedback_failed_jobs",]) == (0, 0)


def test_nobodys_data_is_in_them(database):
    with db.begin() as conn:
        builders.received(conn, customer_name="Canary Q7", email="canary@example.org", description="canary words")
    assert "canary" not in ask("/metrics").text.lower()


def test_clicks_are_counted_by_what_came_of_them(database, monkeypatch):
    monkeypatch.setattr(session, "say", lambda *_, **__: None)
    before = measured(ask("/metrics"))
    session.one_click(lambda conn: None)
    session.one_click(lambda conn: (_ for _ in ()).throw(tokens.BadClient()))
    session.one_click(lambda conn: 1 / 0)
    after = measured(ask("/metrics"))
    for outcome in ("done", "refused", "failed"):
        name = ("feedback_clicks_total", ("outcome", outcome))
        assert after[name] == before[name] + 1


def test_where_people_sign_in_the_metrics_need_a_token_for_them(database, monkeypatch):
    for name, value in WHOLE.items():
        monkeypatch.setenv(name, value)
    assert ask("/healthz").status_code == 200
    assert ask("/metrics").status_code == 401
    assert ask("/metrics", token="d311_" + "x" * 43).status_code == 401
    refused = ask("/metrics", token=a_token())
    assert refused.status_code == 403 and "feedback_" not in refused.text
    assert measured(ask("/metrics", token=a_token((tokens.METRICS,), "prometheus")))["feedback_database_up",] == 1


def test_a_token_for_metrics_sends_nothing(database, app_url):
    token = a_token((tokens.METRICS,), "prometheus")
    answer = httpx.post(f"{app_url}/api/intake", json={"kind": "comment", "description": "Hello."},
                        headers={"Authorization": f"Bearer {token}", "Idempotency-Key": "key-12345"})  # fmt: skip
    assert answer.status_code == 403


def test_what_is_old_goes_with_the_rounds(database):
    with db.owner_engine().begin() as owner:
        owner.execute(
            text("""insert into api_answers (client, key, digest, at)
            values ('x', 'old-key-1', 'd', now() - interval '31 days'), ('x', 'new-key-1', 'd', now() - interval '29 days')""")
        )
        owner.execute(text("""insert into sign_ins (token_digest, staff_id, began_at)
            values ('old', :sam, now() - interval '367 days'), ('new', :sam, now() - interval '364 days')"""), {"sam": builders.id_of(owner, SAM)})  # fmt: skip
    rounds.make()
    with db.begin() as conn:
        assert conn.scalars(text("select key from api_answers")).all() == ["new-key-1"]
        assert conn.scalars(text("select token_digest from sign_ins")).all() == ["new"]
