"""A real nginx with the files of `deploy/nginx`, filled in as the container's entrypoint does."""

import re
import socket
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from tests.deploy.sources import COMPOSE, DEPLOY
from tests.programs import required
from tests.waiting import eventually

TEMPLATES = DEPLOY / "nginx"
MAIN = """
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/error.log notice;
user root;
events {{ worker_connections 256; }}
http {{
    access_log off;
    client_body_temp_path {folder}/client_temp;
    proxy_temp_path {folder}/proxy_temp;
    fastcgi_temp_path {folder}/fastcgi_temp;
    uwsgi_temp_path {folder}/uwsgi_temp;
    scgi_temp_path {folder}/scgi_temp;
    include {folder}/conf.d/*.conf;
}}
"""


@dataclass(frozen=True)
class Nginx:
    """An nginx before a web process."""

    folder: Path
    http_port: int
    https_port: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.http_port}"

    @property
    def secure_url(self) -> str:
        return f"https://localhost:{self.https_port}"

    @property
    def log(self) -> str:
        """What it wrote; a warning tells of each body that went through a file."""
        return (self.folder / "error.log").read_text()

    @property
    def told(self) -> str:
        """What it wrote to its outputs, where the container's log comes from."""
        return (self.folder / "out.log").read_text()

    @property
    def certificate(self) -> ssl.SSLContext:
        """Trusts the certificate that `make-secrets` wrote, and no other."""
        return ssl.create_default_context(cafile=self.folder / "tls.crt")


@contextmanager
def running_nginx(folder: Path, site: str, web_port: int) -> Iterator[Nginx]:
    """Run nginx with `proxy.conf.template` and the template of a site."""
    nginx = prepare(folder, site, web_port)
    command = [required("nginx"), "-c", str(folder / "nginx.conf"), "-e", str(folder / "error.log")]
    out = folder / "out.log"
    with out.open("a") as log, subprocess.Popen(command, stdout=log, stderr=log) as process:
        try:
            eventually(lambda: process.poll() is not None or _answers(nginx), "nginx answers")
            assert process.returncode is None, nginx.log
            yield nginx
        finally:
            process.terminate()


def prepare(folder: Path, site: str, web_port: int) -> Nginx:
    """Write the configuration into a folder."""
    nginx = Nginx(folder, free_port(), free_port())
    given = {
        "RESOLVER": "127.0.0.1",
        "WEB_ADDRESS": f"127.0.0.1:{web_port}",
        "HTTP_LISTEN": f"127.0.0.1:{nginx.http_port}",
        "HTTPS_LISTEN": f"127.0.0.1:{nginx.https_port}",
        "TLS_CERTIFICATE": str(folder / "tls.crt"),
        "TLS_KEY": str(folder / "tls.key"),
        "PUBLIC_URL": nginx.secure_url,
    }
    assert set(given) == filled_in(), "compose.yaml lets other variables through"
    (folder / "conf.d").mkdir(parents=True)
    for name, template in {"proxy": "proxy", "site": site}.items():
        text = (TEMPLATES / f"{template}.conf.template").read_text()
        (folder / "conf.d" / f"{name}.conf").write_text(fill(text, given))
    (folder / "nginx.conf").write_text(MAIN.format(folder=folder))
    make_certificate(folder)
    return nginx


def filled_in() -> set[str]:
    """Return the variables that the entrypoint of the image puts into the templates."""
    pattern = COMPOSE["services"]["nginx"]["environment"]["NGINX_ENVSUBST_FILTER"]
    return set(re.findall(r"\w+", pattern))


def fill(text: str, given: dict[str, str]) -> str:
    return re.sub(r"\$\{(\w+)\}", lambda found: given[found[1]], text)


def make_certificate(folder: Path) -> None:
    script = folder / "make-secrets"
    script.write_bytes((DEPLOY / "make-secrets").read_bytes())
    subprocess.run(["sh", str(script)], check=True, capture_output=True)
    for name in ("tls.crt", "tls.key"):
        (folder / "secrets" / name).rename(folder / name)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _answers(nginx: Nginx) -> bool | None:
    try:
        return httpx.get(f"{nginx.url}/nginx-health").status_code == 204
    except httpx.TransportError:
        return None
