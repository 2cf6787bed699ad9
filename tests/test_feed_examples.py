"""What docs/intake.md shows is what the feed takes: each example is sent to the dashboard as it stands there."""

import json
import re
from datetime import timedelta
from typing import Any

import httpx
import pytest

from core import db, tokens
from core.settings import ROOT
from tests import builders

SENT = re.compile(r"^send (\S+) '(.+?)'$", re.MULTILINE | re.DOTALL)
EXAMPLES: dict[str, tuple[str, dict[str, Any]]] = {
    (said := json.loads(body))["kind"]: (key, said)
    for key, body in SENT.findall((ROOT / "docs" / "intake.md").read_text("utf-8"))
}


@pytest.fixture
def sends(app_url: str):
    """Sends the example of this kind, with these changes, or under another key."""
    with db.owner_engine().begin() as owner:
        token = tokens.issue(owner, "examples")

    def sent(kind: str, again: str = "", **changed: Any) -> httpx.Response:
        key, said = EXAMPLES[kind]
        given = {"Authorization": f"Bearer {token}", "Idempotency-Key": key + again}
        return httpx.post(f"{app_url}/api/intake", json=said | changed, headers=given)

    return sent


def test_there_is_one_of_each_kind_with_a_key_of_its_own():
    assert list(EXAMPLES) == ["complaint", "comment", "compliment", "escalation"]
    assert len({key for key, _ in EXAMPLES.values()}) == 4


@pytest.mark.parametrize(("kind", "is_promised"), [("complaint", True), ("comment", True), ("compliment", False)])
def test_it_is_received(sends, kind, is_promised):
    answer = sends(kind)
    assert (answer.status_code, answer.json()["kind"], answer.json()["respond_by"] is not None) == (
        201,
        kind,
        is_promised,
    )


def test_a_complaint_that_has_just_come_can_be_escalated_later_and_one_that_is_overdue_now(sends):
    new = sends("complaint").json()
    assert sends("escalation", request_no=new["request_no"]).status_code == 409
    with db.begin() as conn:
        long_ago = builders.now(conn) - timedelta(days=40)
        old = builders.received(conn, received_at=long_ago, backdated_because="It lay in the wrong tray.")
    answer = sends("escalation", "-overdue", request_no=old.request_no)
    assert (answer.status_code, answer.json()["kind"]) == (201, "escalation")
