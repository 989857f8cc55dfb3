"""Faults by the dozen, and a proof at the end; the long form is `make chaos`."""

import logging
from pathlib import Path

import pytest

from tests.chaos.report import report
from tests.chaos.run import SHORT_FORM, one_run

pytestmark = pytest.mark.fixed_ground  # two of everything, on a bucket, behind proxies

SEED, UPLOADS, FAULTS = 1, 40, 25


@pytest.fixture(autouse=True)
def without_every_request(caplog: pytest.LogCaptureFixture) -> None:
    """Thousands of lines would hide the table."""
    caplog.set_level(logging.WARNING, "httpx")


@pytest.mark.timeout(600)
def test_nothing_is_lost_while_everything_is_killed(tmp_path: Path) -> None:
    asked = {"seed": SEED, "uploads": UPLOADS, "faults": FAULTS}
    result = one_run(tmp_path / "hosts", SHORT_FORM, log=tmp_path / "faults.jsonl", **asked)
    table = report(result, **asked)
    print(table)  # noqa: T201 - shown on failure, or with -s
    assert result.breaches == []
