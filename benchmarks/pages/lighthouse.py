"""What Lighthouse says of a page, on a phone: slow 4G, a fourth of the processor.

Each look is made in a fresh browser. Four categories, each from 0 to 100, the shift of the layout,
and the largest paint. Lighthouse comes from npm into `.bench`, and is no part of the product.
"""

import json
import os
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any, Final
from urllib.parse import urljoin

from playwright.sync_api import sync_playwright

from benchmarks.pages.addresses import Address
from frameflow.embedded.ports import free_port
from tests import programs
from tests.e2e.stack import ROOT

PACKAGE: Final = "lighthouse@12.8.2"  # the last for Node 20
FOLDER: Final = ROOT / ".bench" / "lighthouse"
CATEGORIES: Final = ("performance", "accessibility", "best-practices", "seo")
FIGURES: Final = (*CATEGORIES, "shift", "paint_s")
AT_LEAST, SHIFT_BELOW = 95, 0.05
#: On a busy machine a trace may begin too late, or the browser be gone.
TRIES, PATIENCE_S = 3, 240


class NotMeasured(Exception):
    """Lighthouse said nothing of a page."""


def lighthouse() -> Path:
    """Return the command, installed where it is missing."""
    command = FOLDER / "node_modules" / ".bin" / "lighthouse"
    if not command.exists():
        npm = programs.PROGRAMS["npm"].provide() or programs.lacking(programs.advice("npm"))
        FOLDER.mkdir(parents=True, exist_ok=True)
        install = (npm, "install", "--silent", "--prefix", FOLDER, PACKAGE)
        subprocess.run(install, check=True, env=_environment())
    return command


def looked_at(base: str, address: Address, path: str, session: str, rounds: int) -> dict[str, Any]:
    """Return the medians of a page; raises `NotMeasured`.

    Scores from 0 to 100, `shift`, `paint_s` in seconds, and the names of the `faults`.
    """
    seen = [_look(base + path, address, session) for _ in range(rounds)]
    figures = {name: median(each[name] for each in seen) for name in FIGURES}
    return {**figures, "faults": sorted({fault for each in seen for fault in each["faults"]})}


def is_good(row: dict[str, Any] | None) -> bool:
    """Return whether a page is as it should be."""
    if row is None:
        return False
    return row["shift"] < SHIFT_BELOW and all(row[name] >= AT_LEAST for name in CATEGORIES)


def _look(url: str, address: Address, session: str) -> dict[str, Any]:
    with TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        for _try in range(TRIES):
            with _browsing(Path(folder), url, session if address.is_known else "") as port:
                if _is_written(report, _command(url, port, report, address.is_hidden)):
                    return _figures(json.loads(report.read_text()))
    raise NotMeasured(url)


def _command(url: str, port: int, report: Path, is_hidden: bool) -> Sequence[str | Path]:
    only = f"--only-categories={','.join(CATEGORIES)}"
    skipped = ("--skip-audits=is-crawlable",) if is_hidden else ()
    plain = ("--disable-storage-reset", "--quiet", "--output=json")
    return (lighthouse(), url, f"--port={port}", *plain, only, *skipped, f"--output-path={report}")


def _is_written(report: Path, command: Sequence[str | Path]) -> bool:
    try:
        done = subprocess.run(
            command, env=_environment(), capture_output=True, timeout=PATIENCE_S, check=False
        )
    except subprocess.TimeoutExpired:
        return False
    return done.returncode == 0 and "runtimeError" not in json.loads(report.read_text())


def _environment() -> dict[str, str]:
    """Return our environment, in which Node is found."""
    return {**os.environ, "PATH": f"{os.environ['PATH']}{os.pathsep}{programs.FETCHED}"}


@contextmanager
def _browsing(folder: Path, url: str, session: str) -> Iterator[int]:
    """Give the port of a fresh browser, logged in where there is a session."""
    port = free_port()
    with TemporaryDirectory(dir=folder) as profile, sync_playwright() as playwright:
        context = playwright.chromium.launch_persistent_context(
            profile,
            executable_path=programs.PROGRAMS["chromium"].provide(),
            args=[f"--remote-debugging-port={port}"],
        )
        try:
            if session:
                cookie = {"name": "sessionid", "value": session, "url": urljoin(url, "/")}
                context.add_cookies([cookie])  # for all paths: pages ask the API
            yield port
        finally:
            context.close()


def _figures(found: dict[str, Any]) -> dict[str, Any]:
    audits = found["audits"]
    scores = {name: round(100 * (found["categories"][name]["score"] or 0)) for name in CATEGORIES}
    paint_s = audits["largest-contentful-paint"]["numericValue"] / 1000
    shift = audits["cumulative-layout-shift"]["numericValue"]
    faults = [each["id"] for each in audits.values() if _is_fault(each)]
    return {**scores, "shift": round(shift, 4), "paint_s": round(paint_s, 2), "faults": faults}


def _is_fault(audit: dict[str, Any]) -> bool:
    score = audit["score"]
    return score is not None and score < 0.9 and audit["scoreDisplayMode"] == "binary"
