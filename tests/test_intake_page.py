"""Writing down what comes by phone: everything wrong is said at once, nothing typed is lost, one click receives once."""

from collections.abc import Callable

import pytest
from sqlalchemy import Connection
from streamlit.testing.v1 import AppTest

from core import cases, db
from core.settings import ROOT
from dashboard import session
from tests.builders import CLEO, COMPLAINT, NADIA, SAM, id_of, received, who


@pytest.fixture
def at_intake(database: str, monkeypatch: pytest.MonkeyPatch) -> Callable[..., AppTest]:
    """The page as one of the cast opens it; AppTest has no browser whose address could be looked at."""

    def opened(name: str = CLEO) -> AppTest:
        with db.begin() as conn:
            person = who(conn, name)
        monkeypatch.setattr(session, "sign_in_as_chosen", lambda: person)
        monkeypatch.setattr(session, "actor", lambda: person)
        page = AppTest.from_file(str(ROOT / "dashboard" / "app.py"), default_timeout=30).run()
        return page.switch_page(str(ROOT / "pages" / "intake.py")).run()

    return opened


def write(page: AppTest, **said: object) -> AppTest:
    """Types into the fields, by their names in the form."""
    for name, value in said.items():
        field(page, name).set_value(value)
    return page.run()


def field(page: AppTest, name: str):
    key = f"intake {name}"
    for kind in ("text_area", "text_input", "selectbox", "multiselect", "checkbox", "radio", "datetime_input"):
        for widget in getattr(page, kind):
            if widget.key == key:
                return widget
    raise KeyError(name)


def test_x(at_intake):
    page = at_intake()
    print(page.title, page.error, [t.key for t in page.text_input])
    write(page, words="Nobody called back.", category="timeliness", phone="416-555-0143")
    page.button(key="intake-receive").click().run()
    print(page.markdown, page.code)
    assert 0
