"""Pytest plugin: real Postgres and Valkey for the whole run, before the settings are read.

Loaded by `-p tests.servers`. Where DATABASE_URL and REDIS_URL are set (as in the workers of
xdist, which inherit them), those servers are used.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from frameflow.embedded.folder import DataFolder
from frameflow.embedded.servers import started


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Iterator[None]:
    """Start the servers; a wrapper, because pytest-django's own hook would come first."""
    if "PYTEST_XDIST_WORKER" not in os.environ:
        stack = ExitStack()
        early_config.add_cleanup(stack.close)  # also where the run ends before its beginning
        start(stack)
    else:
        _take_own_number(os.environ["PYTEST_XDIST_WORKER"])
    return (yield)


def _take_own_number(worker: str) -> None:
    """A worker's queue and cache are its own: the databases of Redis have numbers, 0 to 15."""
    url = urlsplit(os.environ["REDIS_URL"])
    number = 1 + int(worker.removeprefix("gw")) % 15
    os.environ["REDIS_URL"] = url._replace(path=f"/{number}").geturl()


def start(stack: ExitStack) -> None:
    """Start what no URL names, until the stack is closed, and name it in the environment."""
    root = tempfile.mkdtemp(prefix="frameflow-tests-")
    stack.callback(shutil.rmtree, root, ignore_errors=True)
    folder = DataFolder(Path(root))
    folder.prepare()
    servers = stack.enter_context(started(folder, os.environ, fast=True))
    # Always ours: the tests never touch the data of a person.
    os.environ["FRAMEFLOW_DATA"] = root
    if "ADMIN_DATABASE_URL" in servers.urls:
        os.environ["DATABASE_URL"] = servers.urls["ADMIN_DATABASE_URL"]
    if "REDIS_URL" in servers.urls:
        os.environ["REDIS_URL"] = servers.urls["REDIS_URL"]
