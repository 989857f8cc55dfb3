"""The nginx before the web: a real one, before the real dispatcher."""

import subprocess
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from tests.deploy.nginx import Nginx, prepare, running_nginx
from tests.platform.conftest import Web, running_web
from tests.platform.test_event_streams import Person
from tests.programs import required

SITES = ("tls", "plain")
FORM = {"Content-Type": "multipart/form-data; boundary=x"}


@pytest.fixture(scope="module")
def web(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Web]:
    with running_web(tmp_path_factory.mktemp("web")) as web:
        yield web


@pytest.fixture(scope="module")
def plain(web: Web, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nginx]:
    with running_nginx(tmp_path_factory.mktemp("plain"), "plain", web.port) as nginx:
        yield nginx


@pytest.fixture(scope="module")
def tls(web: Web, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nginx]:
    with running_nginx(tmp_path_factory.mktemp("tls"), "tls", web.port) as nginx:
        yield nginx


@pytest.mark.parametrize("site", SITES)
def test_nginx_accepts_the_configuration(site: str, tmp_path: Path) -> None:
    prepare(tmp_path, site, web_port=8000)
    command = [required("nginx"), "-t", "-c", str(tmp_path / "nginx.conf")]
    asked = subprocess.run(command, capture_output=True, text=True)
    assert asked.returncode == 0, asked.stderr
    assert "[emerg]" not in asked.stderr


def test_a_change_reaches_whoever_listens_at_once(web: Web, plain: Nginx) -> None:
    behind = replace(web, port=plain.http_port)
    person = Person(behind).keep(percent=5)
    with person.listening() as stream:
        assert stream.event()[1]["percent"] == 5
        person.keep(percent=6)
        began = time.monotonic()
        person.tell()
        assert stream.event()[1]["percent"] == 6
        assert time.monotonic() - began < 1


def test_what_is_announced_too_large_is_refused_before_it_is_sent(web: Web, plain: Nginx) -> None:
    with replace(web, port=plain.http_port).connect(
        "POST /api/v1/videos/ HTTP/1.1\nHost: localhost\nContent-Length: 10000000000\n\n"
    ) as connection:
        began = time.monotonic()
        answer = connection.recv(65536).decode()
        assert time.monotonic() - began < 2
    assert answer.startswith("HTTP/1.1 413")
    assert "application/problem+json" in answer


def test_a_body_too_large_is_refused_while_it_is_sent(plain: Nginx) -> None:
    body = b"x" * 20_000_000
    answer = httpx.post(f"{plain.url}/api/v1/videos/", content=body, headers=FORM, timeout=20)
    assert answer.status_code == 413
    assert answer.json()["status"] == 413


def test_a_body_passes_without_being_kept(plain: Nginx) -> None:
    body = b"x" * 4_000_000
    answer = httpx.post(f"{plain.url}/api/v1/videos/", content=body, headers=FORM, timeout=20)
    assert answer.json() == {"received_bytes": len(body)}
    assert "temporary file" not in plain.log


def test_a_range_of_a_large_object_passes_without_being_kept(web: Web, plain: Nginx) -> None:
    data = bytes(range(256)) * 100_000
    web.store.put("large", data)
    with httpx.stream("GET", f"{plain.url}/objects/large", headers={"Range": "bytes=7-"}) as answer:
        assert answer.status_code == 206
        received = bytearray()
        for piece in answer.iter_bytes(1_000_000):
            received += piece
            time.sleep(0.005)  # slower than the web process
    assert received == data[7:]
    assert "temporary file" not in plain.log


def test_a_made_up_address_is_not_passed_on(tls: Nginx) -> None:
    forged = {"X-Forwarded-For": "10.9.9.9", "X-Forwarded-Proto": "http"}
    url = f"{tls.secure_url}/facts"
    facts = httpx.get(url, headers=forged, verify=tls.certificate).json()
    assert facts["forwarded_for"] == "127.0.0.1"
    assert facts["forwarded_proto"] == "https"
    assert facts["host"] == f"localhost:{tls.https_port}"


def test_behind_another_proxy_its_word_is_kept_and_its_address_added(plain: Nginx) -> None:
    said = {"X-Forwarded-For": "198.51.100.7", "X-Forwarded-Proto": "https"}
    facts = httpx.get(f"{plain.url}/facts", headers=said).json()
    assert facts["forwarded_for"] == "198.51.100.7, 127.0.0.1"
    assert facts["forwarded_proto"] == "https"


def test_plain_http_leads_to_the_public_address_with_its_port(tls: Nginx) -> None:
    answer = httpx.get(f"{tls.url}/videos/?tab=ready")
    assert answer.status_code == 308
    assert answer.headers["Location"] == f"{tls.secure_url}/videos/?tab=ready"


DOORS = ("/s/{}/", "//s/{}/zip/", "/%73/{}/frames/1/image/", "/password/reset/MQ/{}/", "/email/{}/")


def test_the_secret_of_a_link_is_in_no_log_whether_the_web_answers_or_not(
    plain: Nginx, tls: Nginx, tmp_path: Path
) -> None:
    secret = "q8-secret_" * 4
    with running_nginx(tmp_path / "nginx", "plain", web_port=9) as away:
        for nginx in (plain, tls, away):
            for door in DOORS:
                came_from = {"Referer": f"http://localhost/s/{secret}/"}
                httpx.get(f"{nginx.url}{door.format(secret)}?name={secret}", headers=came_from)
            httpx.get(f"{nginx.url}/videos/?search=birthday")
            assert secret not in nginx.told
            assert "birthday" not in nginx.told
            assert secret not in nginx.log
            assert '"GET /s/***"' in nginx.told
            assert '"GET /videos/"' in nginx.told
        httpx.get(f"{tls.secure_url}/s/{secret}/", verify=tls.certificate)
        assert secret not in tls.told


def test_a_web_process_that_is_away_is_a_bad_gateway(tmp_path: Path) -> None:
    with running_nginx(tmp_path / "nginx", "plain", web_port=9) as nginx:
        assert httpx.get(f"{nginx.url}/facts").status_code == 502
