"""A bucket for the tests, in a process of its own."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import boto3
import httpx

from frameflow.embedded import children
from frameflow.embedded.ports import free_port
from tests.waiting import eventually

ROOT = Path(__file__).parents[1]
BUCKET = "frameflow-tests"
KEYS = {
    "AWS_ACCESS_KEY_ID": "only-for-tests",
    "AWS_SECRET_ACCESS_KEY": "only-for-tests-secret",
    "AWS_REGION": "us-east-1",
}


@dataclass
class S3Server:
    """The stand-in; can be stopped and started again, and is then empty."""

    port: int
    log: Path | None = None
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def environment(self) -> Mapping[str, str]:
        """What an operator would set."""
        return {"S3_BUCKET": BUCKET, "S3_ENDPOINT_URL": self.url, **KEYS}

    def options(self, **more: str) -> dict[str, Any]:
        """Return the arguments of `S3Store`."""
        return {
            "name": BUCKET,
            "endpoint_url": self.url,
            "region": KEYS["AWS_REGION"],
            "access_key_id": KEYS["AWS_ACCESS_KEY_ID"],
            "secret_access_key": KEYS["AWS_SECRET_ACCESS_KEY"],
            **more,
        }

    def client(self) -> Any:
        """Return a plain client of the server, to look behind the store's back."""
        return boto3.client(
            "s3",
            endpoint_url=self.url,
            region_name=KEYS["AWS_REGION"],
            aws_access_key_id=KEYS["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=KEYS["AWS_SECRET_ACCESS_KEY"],
        )

    def start(self) -> None:
        """Start the server and wait until it answers."""
        self.process = children.spawn(
            [sys.executable, "-m", "tests.s3_standin", str(self.port), BUCKET],
            environ={**os.environ, "PYTHONPATH": str(ROOT)},
            log=self.log or Path(os.devnull),
            death_signal=signal.SIGKILL,  # it keeps nothing
        )
        eventually(self._answers, "the S3 stand-in answers")

    def stop(self) -> None:
        """End the server; what it held is gone."""
        if self.process is not None:
            self.process.kill()
            self.process.wait(10)

    def _answers(self) -> bool | None:
        try:
            return httpx.get(f"{self.url}/{BUCKET}", timeout=5).status_code == 200 or None
        except httpx.TransportError:
            return None


@contextmanager
def s3_server(log: Path | None = None) -> Iterator[S3Server]:
    """Run the stand-in until the end of the block."""
    server = S3Server(free_port(), log)
    server.start()
    try:
        yield server
    finally:
        server.stop()
