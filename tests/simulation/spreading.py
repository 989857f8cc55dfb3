"""A run of seeds over several processes, each with a database of its own."""

import os
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from itertools import repeat
from multiprocessing import get_context
from urllib.parse import urlsplit

import django

from tests import servers
from tests.simulation.report import Report


def spread(rung: int, start: int, seeds: int, processes: int) -> Report:
    """Play seeds; on rung 2 with servers of our own, unless the environment names some."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "frameflow.settings.test"
    shares = [range(start + number, start + seeds, processes) for number in range(processes)]
    report = Report()
    with ExitStack() as stack:
        if rung != 1:
            migrate(stack)
        pool = stack.enter_context(ProcessPoolExecutor(processes, mp_context=get_context("spawn")))
        for part in pool.map(play_share, repeat(rung), shares):
            report += part
    return report


def play_share(rung: int, seeds: Iterable[int]) -> Report:
    """Play some seeds in this process."""
    django.setup()
    from tests.simulation.rungs import run  # needs the settings

    return run(rung, seeds)


def migrate(stack: ExitStack) -> None:
    """Make the database that each process copies, and name it in the environment, until the stack
    is closed."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "frameflow.settings.test"
    servers.start(stack)
    django.setup()
    from tests.simulation.database import migrated

    url = urlsplit(os.environ["DATABASE_URL"])
    name = stack.enter_context(migrated())
    os.environ["DATABASE_URL"] = url._replace(path=f"/{name}").geturl()
