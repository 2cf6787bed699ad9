"""The edges of the server: the headers of every answer, who may call it, and what is closed."""

import asyncio
import re
import socket

import httpx
import pytest
from starlette.applications import Starlette
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse

from dashboard import callers, frame, headers
from dashboard.rooms import ROOMS
from tests import audit, provider
from tests.test_sign_in import WHOLE

#: Whatever answers: pages, files, health, the way to the provider, what is closed, what there is not, what is not asked for rightly.
PATHS = ("/", "/queue", "/complaint?no=09400001", "/nowhere/at/all", "/_stcore/health", "/_stcore/host-config", "/_stcore/stream", "/media/x",
         "/media/../app.py", "/static/nothing.js", "/favicon.png", "/auth/login", "/auth/logout", "/oauth2callback", "/_stcore/agent/openapi.json",
         "/_stcore/metrics", "/_stcore/upload_file/x/y", "/%00", "/..%2f..%2fetc/passwd", "/component/x/y", "/x" * 2000)  # fmt: skip
NEEDED = {"content-security-policy", "x-content-type-options", "referrer-policy", "permissions-policy", "cross-origin-opener-policy",
          "cross-origin-resource-policy", "x-frame-options"}  # fmt: skip


@pytest.fixture
def client(app_url):
    with httpx.Client(base_url=app_url) as client:
        yield client


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "OPTIONS", "DELETE", "TRACE"])
@pytest.mark.parametrize("path", PATHS, ids=lambda path: path[:30])
def test_every_answer_carries_them(client, method, path):
    answer = client.request(method, path)
    assert not NEEDED - set(answer.headers)
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "access-control-allow-origin" not in answer.headers
    assert "Traceback" not in answer.text and "site-packages" not in answer.text


def test_the_policy_lets_nothing_in_from_elsewhere_and_runs_no_script_of_a_page():
    said = dict(one.split(" ", 1) for one in headers.POLICY.split("; "))
    assert said["default-src"] == "'none'"
    assert not re.search(r"https?:|\*|unsafe-eval", headers.POLICY)
    assert [name for name in said if "'unsafe-inline'" in said[name]] == ["style-src"]


def test_a_file_is_no_page(client):
    """Somebody may upload what a browser would run: opened by its address, it has no origin, no script and loads nothing."""
    assert client.get("/media/anything.html").headers["content-security-policy"] == headers.POLICY_OF_FILES
    assert "sandbox" in headers.POLICY_OF_FILES and "default-src 'none'" in headers.POLICY_OF_FILES


def test_answers_about_people_are_kept_by_no_cache(client):
    for path in ("/media/x", "/api/x", "/auth/logout", "/oauth2callback", "/_stcore/health"):
        assert client.get(path).headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    "path", ["/_stcore/agent/openapi.json", "/_stcore/agent/interact", "/_stcore/agent/mcp", "/_stcore/metrics"]
)
@pytest.mark.parametrize("method", ["GET", "POST", "OPTIONS"])
def test_streamlits_way_in_for_programs_is_closed(client, method, path):
    assert client.request(method, path, json={}).status_code == 404


@pytest.mark.parametrize(
    "path", ["/", "/_stcore/health", "/_stcore/host-config", "/media/x", "/_stcore/upload_file/a/b"]
)
def test_a_page_of_elsewhere_may_read_nothing(client, path):
    for origin in ("https://evil.example", "null", "", "http://localhost:1", f"{client.base_url}.evil.example"):
        for method in ("GET", "OPTIONS", "PUT"):
            answer = client.request(method, path, headers={"Origin": origin, "Access-Control-Request-Method": "POST"})
            assert answer.status_code == 403 and not [
                name for name in answer.headers if name.startswith("access-control")
            ]


def test_our_own_page_may(client, app_url):
    assert client.get("/_stcore/health", headers={"Origin": app_url}).status_code == 200


@pytest.mark.parametrize(("origin", "ours"), [("https://feedback.example", True), ("http://feedback.example", False), ("https://feedback.example:8443", False),
                                              ("https://evil.example", False), ("null", False), ("http://localhost:8501", False)])  # fmt: skip
def test_with_a_provider_it_is_the_address_that_people_know(monkeypatch, origin, ours):
    for name, value in WHOLE.items():
        monkeypatch.setenv(name, value)
    assert callers.is_ours(Headers({"origin": origin, "host": "evil.example"})) is ours


@pytest.mark.parametrize(("asked", "opens"), [("/today", "/"), ("/today?as=3&stands=overdue", "/?as=3&stands=overdue")])
def test_the_first_page_is_found_by_its_name_too(client, asked, opens):
    answer = client.get(asked)
    assert (answer.status_code, answer.headers["location"]) == (307, opens)


@pytest.mark.parametrize("path", ["/", *(f"/{room.name}" for room in ROOMS[1:])])
def test_the_style_is_there_before_the_words_it_is_for(client, path):
    """Drawn by the script it came seconds later, and captions were too pale to read until then."""
    answer = client.get(path)
    assert f"<style>{frame.STYLE.read_text('utf-8')}</style></body>" in answer.text
    assert answer.headers["cache-control"] == "no-cache", "or a browser would keep yesterday's style"


@pytest.fixture
def pages(monkeypatch):
    """The pages of a dashboard that people know as https://feedback.example, asked for by that name or another."""
    for name, value in WHOLE.items():
        monkeypatch.setenv(name, value)

    async def asked(url: str, *paths: str) -> list[httpx.Response]:
        transport = httpx.ASGITransport(Starlette(routes=frame.ROUTES))
        async with httpx.AsyncClient(transport=transport, base_url=url) as browser:
            return [await browser.get(path) for path in paths]

    return lambda url, *paths: asyncio.run(asked(url, *paths))


@pytest.mark.parametrize("url", ["http://127.0.0.1:8501", "https://feedback.example:8443", "https://feedback"])
@pytest.mark.parametrize("path", ["/", "/queue?who=mine&when=overdue", "/complaint?no=09400001"])
def test_by_another_name_a_page_leads_to_the_address_that_people_know(pages, url, path):
    (answer,) = pages(url, path)
    assert (answer.status_code, answer.headers["location"]) == (307, f"https://feedback.example{path}")


def test_by_the_name_that_people_know_it_opens(pages):
    assert [answer.status_code for answer in pages("https://FEEDBACK.example", "/queue")] == [200]


def test_behind_a_proxy_that_writes_another_name_nobody_is_sent_for_ever(pages):
    assert [answer.status_code for answer in pages("http://127.0.0.1:8501", "/queue", "/queue")] == [307, 200]


def test_nothing_is_uploaded_without_the_token_that_only_our_page_has(client):
    file = {"file": ("x.txt", b"x")}
    assert client.put("/_stcore/upload_file/a/b", files=file).status_code == 403
    client.get("/_stcore/health")
    token = client.cookies["_streamlit_xsrf"]
    for said in ({}, {"X-Xsrftoken": "x"}, {"X-Xsrftoken": token.replace("|", "|f", 2)}):
        assert client.put("/_stcore/upload_file/a/b", files=file, headers=said).status_code == 403
    assert client.put("/_stcore/upload_file/a/b", files=file, headers={"X-Xsrftoken": token}).status_code == 400, (
        "nor without a session"
    )


def handshake(url, **said):
    """The first answer of the websocket, as it comes."""
    host, port = url.removeprefix("http://").split(":")
    lines = {"Host": f"{host}:{port}", "Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
             "Sec-WebSocket-Version": "13", "Sec-WebSocket-Protocol": "streamlit, x"} | said  # fmt: skip
    with socket.create_connection((host, int(port)), timeout=10) as wire:
        wire.sendall(
            (
                "GET /_stcore/stream HTTP/1.1\r\n"
                + "".join(f"{name}: {value}\r\n" for name, value in lines.items())
                + "\r\n"
            ).encode()
        )
        return wire.recv(8192).decode()


def test_the_websocket_carries_them_too_and_opens_only_to_our_own_page(app_url):
    answer = handshake(app_url, Origin=app_url)
    assert answer.startswith("HTTP/1.1 101")
    assert not [name for name in NEEDED if f"{name}: " not in answer.lower()]
    for origin in (
        "https://evil.example",
        app_url + ".evil.example",
        "null",
        "http://localhost:1",
        "https://127.0.0.1",
    ):
        assert " 403 " in handshake(app_url, Origin=origin).splitlines()[0]


def test_over_https_cookies_go_no_other_way_and_browsers_are_told(monkeypatch):
    monkeypatch.setattr(headers, "_is_secure", lambda: True)
    plain = PlainTextResponse("x")
    plain.set_cookie("a", "1")
    plain.set_cookie("b", "2", secure=True)
    sent = []

    async def send(message):
        sent.append(message)

    asyncio.run(headers.Headers(plain)({"type": "http", "path": "/", "method": "GET", "headers": []}, None, send))
    answer = MutableHeaders(raw=sent[0]["headers"])
    assert answer["strict-transport-security"].startswith("max-age=31536000")
    assert [value.lower().count("secure") for value in answer.getlist("set-cookie")] == [1, 1]


def test_an_error_of_the_server_itself_says_nothing_and_carries_them():
    answer = headers.broken(None, ValueError("Ruth Example, 416 555 0123"))
    assert (answer.status_code, answer.body) == (500, b"Something went wrong on our side.")
    assert not NEEDED - set(answer.headers)


# What make lint says about what we use


@pytest.mark.parametrize(("found", "code", "said"), [
    ([{"name": "a", "skip_reason": "x"}], 0, audit.UNREACHED),
    ([{"name": "a", "version": "1", "vulns": []}, {"name": "b", "skip_reason": "x"}], 0, "1 of 2 packages audited, none with a known weakness."),
    ([{"name": "a", "version": "1", "vulns": [{"id": "PYSEC-1"}, {"id": "PYSEC-2"}]}], 1, "a 1: PYSEC-1, PYSEC-2"),
    ([], 0, audit.UNREACHED),
])  # fmt: skip
def test_a_known_weakness_fails_and_an_index_out_of_reach_does_not(capsys, found, code, said):
    assert audit.told(found) == code
    assert capsys.readouterr().out.strip() == said


def test_the_secrets_of_these_tests_are_good_enough_to_find():
    assert len(provider.COOKIE_SECRET) >= 32
