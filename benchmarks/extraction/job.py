"""The whole job beside its engine: from the end of an upload until the person sees `ready`.

Starts the product with a data folder of its own and one worker, which gives the engine as many
threads as the command has.
"""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Final

from benchmarks.extraction.clips import Clip, clip
from benchmarks.extraction.measuring import ROOT, measure
from benchmarks.extraction.running import Row, scratch
from benchmarks.extraction.sections import Plan
from benchmarks.extraction.tools import Wish, ours
from frameflow.embedded import ports, register
from frameflow.embedded.client import TERMINAL, Client

ASK_EVERY_S: Final = 0.05
START_WITHIN_S: Final = 120.0
JOB_CLIPS: Final = ("tiny", "h264-gop2", "h264")


def whole_job(plan: Plan) -> Iterator[Row]:
    """Let jobs and the bare command take turns; yield the medians."""
    with _product() as url, Client(url) as client:
        client.register()
        _finished(client, clip("tiny"))  # what is loaded once only
        for video in map(clip, JOB_CLIPS):
            jobs, engines = [], []
            for _ in range(plan.rounds):
                jobs.append(_finished(client, video))
                engines.append(_engine_s(video))
            ready_s, engine_s = median(jobs), median(engines)
            yield {
                "clip": video.name,
                "engine_s": round(engine_s, 3),
                "ready_s": round(ready_s, 3),
                "beyond_s": round(ready_s - engine_s, 3),
                "allowed_s": round(1.1 * engine_s + 0.5, 3),
            }


def _finished(client: Client, video: Clip) -> float:
    """Upload a clip; return the seconds from the answer until its document says ready."""
    document = client.upload(video.path, interval="10")
    began_s = time.monotonic()
    while document["status"] not in TERMINAL:
        time.sleep(ASK_EVERY_S)
        document = client.ask(document)
    if document["status"] != "ready":
        raise SystemExit(f"{video.name}: {document['status']} {document['error']}")
    return time.monotonic() - began_s


def _engine_s(video: Clip) -> float:
    with scratch() as folder:
        cost = measure(ours(Wish(video.path, "10", video.seconds, folder)))
    seconds: float = json.loads(cost.said)["elapsed_s"]
    return seconds


@contextmanager
def _product() -> Iterator[str]:
    """Yield the address of a product of our own."""
    with tempfile.TemporaryDirectory(prefix="bench-job-") as data:
        settings = {"FRAMEFLOW_DATA": data, "WORKERS": "1", "PORT": str(ports.free_port())}
        process = subprocess.Popen(
            [sys.executable, "-m", "frameflow.embedded", "run"],
            cwd=ROOT,
            env={**os.environ, "HOST": ports.LOOPBACK, **settings},
            stdout=subprocess.DEVNULL,
        )
        try:
            yield _address(Path(data), process)
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(60)


def _address(data: Path, process: "subprocess.Popen[bytes]") -> str:
    ended_s = time.monotonic() + START_WITHIN_S
    while time.monotonic() < ended_s and process.poll() is None:
        if url := register.running(data).get("WEB_URL", ""):
            return url
        time.sleep(0.2)
    raise SystemExit("Frame Flow did not start.")
