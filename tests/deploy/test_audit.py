"""The audit of the locked packages cannot pass without having asked about every one."""

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from tests import audit
from tests.deploy.sources import ROOT

HASH = "--hash=sha256:" + "0" * 64
FILES = sorted((ROOT / "requirements").glob("*.txt"))
HOLE = {"id": "PYSEC-1", "fixed_in": ["1.1"], "withdrawn": None}
TAKEN_BACK = {**HOLE, "withdrawn": "2026-01-01T00:00:00Z"}


def known(name: str, version: str, *holes: dict[str, Any]) -> bytes:
    return json.dumps(
        {"info": {"name": name, "version": version}, "vulnerabilities": holes}
    ).encode()


CANARY = {"/django/2.0.1/json": known("Django", "2.0.1", HOLE)}
ANSWERS = {
    **CANARY,
    "/good/1.0/json": known("good", "1.0", TAKEN_BACK),
    "/two-words/1.0/json": known("Two_Words", "1.0"),
    "/bad/1.0/json": known("bad", "1.0", HOLE),
    "/empty/1.0/json": b"{}",
    "/other/1.0/json": known("other", "2.0"),
    "/page/1.0/json": b"<html>please log in</html>",
    "/silent/1.0/json": json.dumps({"info": {"name": "silent", "version": "1.0"}}).encode(),
}


@pytest.fixture
def service() -> Iterator[tuple[str, dict[str, bytes]]]:
    """A service, and what it answers; what it does not know is a 404."""
    answers = dict(ANSWERS)

    class Json(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = answers.get(self.path)
            self.send_response(404 if body is None else 200)
            self.end_headers()
            self.wfile.write(body or b"")

        def log_message(self, *args: Any) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Json) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", answers
        server.shutdown()


def audited(url: str, *names: str) -> int:
    return audit.audit([audit.Pin(name, "1.0") for name in names], url)


def test_all_known_and_none_vulnerable_passes(
    service: tuple[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    assert audited(service[0], "good", "two-words") == 0
    assert capsys.readouterr().out == "2 packages clean, 0 vulnerable, 0 not answered\n"


def test_a_vulnerable_package_is_named_with_its_remedy(
    service: tuple[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    assert audited(service[0], "good", "bad") == 1
    assert "bad 1.0: PYSEC-1, mended in 1.1\n" in capsys.readouterr().out


@pytest.mark.parametrize("name", ["unknown", "empty", "other", "page", "silent"])
def test_a_package_without_an_answer_fails(
    service: tuple[str, Any], name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert audited(service[0], "good", "bad", name) == 2
    assert f"{name} 1.0: not answered" in capsys.readouterr().out


def test_a_service_that_knows_no_vulnerability_at_all_is_not_believed(
    service: tuple[str, dict[str, bytes]], capsys: pytest.CaptureFixture[str]
) -> None:
    url, answers = service
    answers.update({"/django/2.0.1/json": known("Django", "2.0.1")})
    assert audited(url, "good") == 2
    assert "Nothing was audited." in capsys.readouterr().out


def test_a_service_that_is_away_is_said_to_be(capsys: pytest.CaptureFixture[str]) -> None:
    assert audited("http://127.0.0.1:9", "good") == 2
    assert "cannot be asked" in capsys.readouterr().out


def test_nothing_to_audit_is_no_pass(service: tuple[str, Any]) -> None:
    assert audited(service[0]) == 2


@pytest.mark.parametrize(
    "line",
    [
        "django",
        "django>=5.2",
        f"django>=5.2 {HASH}",
        "django==5.2.0",
        f"django==5.2.* {HASH}",
        "django==5.2.0 --hash=md5:00",
        f"https://example.com/django.whl {HASH}",
        f"-e . {HASH}",
        "-r base.txt",
        "--index-url https://example.com",
        "# via something \\\nevil==1.0",
    ],
)
def test_a_line_that_would_escape_is_refused(
    line: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "some.txt").write_text(f"good==1.0 \\\n    {HASH}\n{line}\n")
    assert audit.main([str(tmp_path / "some.txt")]) == 2
    assert capsys.readouterr().out.startswith("Not a package with its version and hashes: ")


@pytest.mark.parametrize("comment", ["# via something", "    # via something", f"{HASH}  # via"])
@pytest.mark.parametrize("end", ["\\\n", "\\\r\n", "\u2028", "\x0c"])
def test_a_package_does_not_hide_behind_a_comment(comment: str, end: str) -> None:
    text = f"good==1.0 \\\n    {HASH}\n{comment} {end}evil==1.0 \\\n    {HASH}\n"
    if comment.startswith("--hash"):
        text = text.replace(f"{HASH}\n", "", 1)
    assert list(audit.pins_of(text)) == [audit.Pin("good", "1.0"), audit.Pin("evil", "1.0")]


@pytest.mark.parametrize("text", ["", "\n", "# good==1.0\n"])
def test_an_emptied_list_beside_full_ones_is_no_pass(
    text: str, service: tuple[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    full, emptied = tmp_path / "full.txt", tmp_path / "emptied.txt"
    full.write_text(f"good==1.0 {HASH}\n")
    emptied.write_text(text)
    monkeypatch.setenv("AUDIT_URL", service[0])
    assert audit.main([str(full)]) == 0
    assert audit.main([str(full), str(emptied)]) == 2


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_requirement_is_locked_by_its_hashes(path: Path) -> None:
    pins = list(audit.pins_of(path.read_text()))
    named = [line for line in path.read_text().splitlines() if line[:1].isalnum()]
    assert len(pins) == len(named) > 0


def test_every_list_of_requirements_is_audited(
    service: tuple[str, dict[str, bytes]], monkeypatch: pytest.MonkeyPatch
) -> None:
    url, answers = service
    pins = {pin for path in FILES for pin in audit.pins_of(path.read_text())}
    answers.update({f"/{pin.name}/{pin.version}/json": known(*pin) for pin in pins})
    monkeypatch.setenv("AUDIT_URL", url)
    assert audit.main([str(path) for path in FILES]) == 0
    del answers["/django/{}/json".format(dict(pins)["django"])]
    assert audit.main([str(path) for path in FILES]) == 2
