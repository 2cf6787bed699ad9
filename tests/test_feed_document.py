"""The feed against its own document: thousands of requests that fit it and that do not, by schemathesis; and what that cannot think of."""

import os
import subprocess
import sys

from sqlalchemy import text

from core import db, tokens
from core.settings import ROOT
from tests import serving

#: What the document cannot say is answered 422 although it fits: a phone that is none, a complaint without a contact, a number that
#: matches nothing.
SETTINGS = """
[checks.positive_data_acceptance]
expected-statuses = ["2xx", "409", "422"]
"""
EXAMPLES = os.environ.get("FEED_EXAMPLES", "50")


def test_every_request_is_answered_as_the_document_says(app: serving.App, app_url: str, tmp_path) -> None:
    with db.owner_engine().begin() as owner:
        token = tokens.issue(owner, "schemathesis", per_minute=6000)
    settings = tmp_path / "schemathesis.toml"
    settings.write_text(SETTINGS)
    command = [sys.executable, "-m", "schemathesis.cli", "--config-file", str(settings), "run", f"{app_url}/api/openapi.json",
               "--header", f"Authorization: Bearer {token}", "--max-examples", EXAMPLES, "--continue-on-failure", "--no-color",
               "--generation-database", "none", "--seed", "311", "--suppress-health-check", "all"]  # fmt: skip
    ended = subprocess.run(
        command, cwd=tmp_path, env=os.environ | {"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, timeout=600
    )
    assert ended.returncode == 0, ended.stdout[-6000:] + ended.stderr[-2000:]
    with db.begin() as conn:
        assert (
            conn.execute(
                text("select count(*) from api_answers where client = 'schemathesis' and status = 201")
            ).scalar_one()
            > 0
        )
