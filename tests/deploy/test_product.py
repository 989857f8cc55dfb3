"""The whole product as it is deployed, but for the containers: production settings, TLS at nginx, a
bucket and no shared disk, each process with the variables that compose.yaml gives it alone."""

import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from frameflow.contexts import CONTEXTS
from frameflow.embedded import children
from tests.deploy.nginx import Nginx, running_nginx
from tests.deploy.send_clip import FRAMES_EVERY_10_S, send_clip
from tests.deploy.sources import COMPOSE
from tests.e2e.ground import Ground, standing
from tests.e2e.stack import ROOT, Stack
from tests.waiting import eventually

SECRETS = {
    *(context.url_variable for context in CONTEXTS),
    *("REDIS_URL", "SECRET_KEY", "JWT_SIGNING_KEY", "AWS_SECRET_ACCESS_KEY"),
}
OF_THE_IMAGE = {"PATH", "DJANGO_SETTINGS_MODULE", "HEARTBEAT_DIR", "TMPDIR", "PORT"}


@dataclass(frozen=True)
class Product:
    stack: Stack
    nginx: Nginx


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    folder = tmp_path_factory.mktemp("product")
    with standing(Ground(store="s3"), folder) as footing:
        stack = Stack(folder, footing)
        with running_nginx(folder / "nginx", "tls", stack.port) as nginx:
            stack.environment |= {
                "DJANGO_SETTINGS_MODULE": "frameflow.settings.prod",
                "PUBLIC_URL": nginx.secure_url,
                "TRUSTED_PROXIES": "1",
                "HEARTBEAT_DIR": str(folder / "heartbeat"),
            }
            yield from _run(Product(stack, nginx))


def _run(product: Product) -> Iterator[Product]:
    stack = product.stack
    try:
        assert stack.manage("migrate", "--check").returncode != 0
        assert stack.manage("migrate", "-v0").returncode == 0
        assert stack.manage("migrate", "--check", "-v0").returncode == 0
        for name, command in (("web", "runweb"), ("bus", "runbus"), ("worker", "runworker")):
            _start(stack, name, command)
        eventually(stack.ready, "the product is ready")
        yield product
    finally:
        stack.stop()


def _start(stack: Stack, name: str, command: str) -> None:
    """Start a process as its container would be: what it is not given it does not know."""
    given = COMPOSE["services"][name]["environment"]
    names = {each.removesuffix("_FILE") for each in given} | OF_THE_IMAGE
    known = {key: value for key, value in stack.environment.items() if key in names}
    fixed = {key: given[key] for key in given if key == "FRAMEFLOW_CONTEXTS"}
    own = stack.folder / "containers" / name
    own.mkdir(parents=True)
    stack.processes[name] = children.spawn(
        [sys.executable, str(ROOT / "manage.py"), command],
        environ={**known, **fixed, "FRAMEFLOW_DATA": str(own)},
        log=stack.folder / "logs" / f"{name}.log",
        death_signal=signal.SIGKILL,
    )


@pytest.fixture
def browser(product: Product) -> Iterator[httpx.Client]:
    url, trusted = product.nginx.secure_url, product.nginx.certificate
    with httpx.Client(base_url=url, verify=trusted, timeout=20) as browser:
        yield browser


def test_a_clip_comes_back_as_its_frames(product: Product) -> None:
    names = send_clip(product.nginx.secure_url, product.nginx.folder / "tls.crt")
    assert set(names) >= FRAMES_EVERY_10_S


def test_a_form_is_believed_behind_a_port_that_is_not_443(browser: httpx.Client) -> None:
    page = browser.get("/signup/").raise_for_status().text
    [token] = re.findall(r'name="csrfmiddlewaretoken" value="(\w+)"', page)[:1]
    form = {"email": "port@example.com", "password": "a long word of ours"}
    answer = browser.post(
        "/signup/",
        data={**form, "csrfmiddlewaretoken": token},
        headers={"Origin": str(browser.base_url).rstrip("/"), "Referer": f"{browser.base_url}"},
    )
    assert answer.status_code == 302, answer.text
    assert answer.headers["Location"].startswith("/")
    assert "__Host-sessionid" in browser.cookies
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=")


def test_the_sheet_of_the_pages_is_served(browser: httpx.Client) -> None:
    page = browser.get("/login/").raise_for_status().text
    [sheet] = re.findall(r'href="([^"]+app\.css)"', page)
    assert browser.get(sheet).raise_for_status().headers["Content-Type"].startswith("text/css")


def test_a_made_up_address_frees_nobody_from_a_limit(browser: httpx.Client) -> None:
    account = {"email": "guess@example.com", "password": "wrong"}
    answers = [
        browser.post(
            "/api/v1/auth/token/", json=account, headers={"X-Forwarded-For": f"198.51.100.{n}"}
        ).status_code
        for n in range(6)
    ]
    assert answers == [*[401] * 5, 429]


def test_the_health_check_of_the_image_is_content(product: Product) -> None:
    for words in (["ask", "/healthz"], ["ask", "/readyz"], ["check", "bus", "--older-than", "30"]):
        command = [sys.executable, "-m", "frameflow.heartbeat", *words]
        done = subprocess.run(
            command, cwd=ROOT, env=product.stack.environment, capture_output=True, text=True
        )
        assert (done.returncode, done.stdout) == (0, "")


def test_the_health_check_tells_why_it_is_not(product: Product) -> None:
    def said(**changed: str) -> str:
        command = [sys.executable, "-m", "frameflow.heartbeat", "ask", "/healthz"]
        known = {**product.stack.environment, **changed}
        done = subprocess.run(command, cwd=ROOT, env=known, capture_output=True, text=True)
        assert done.returncode == 1
        return done.stdout

    assert "web: /healthz: " in said(PORT="9")
    assert said(ALLOWED_HOSTS="elsewhere.example") == "web: /healthz answers 400\n"


def test_nothing_secret_is_in_the_logs(product: Product) -> None:
    secrets = [product.stack.environment[name] for name in SECRETS]
    passwords = [re.sub(r".*//[^:]*:([^@]*)@.*", r"\1", each) for each in secrets]
    passwords += ["port@example.com", "guess@example.com", "a long word of ours", "clip.mp4"]
    for log in Path(product.stack.folder / "logs").glob("*.log"):
        text = log.read_text()
        assert not [each for each in passwords if each in text], log.name
