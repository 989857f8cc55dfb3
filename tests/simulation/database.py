"""A database of a process's own, made and removed as the tests do it."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.test.utils import setup_databases, teardown_databases


@contextmanager
def own_database() -> Iterator[None]:
    """Make the test database under a name of this process, with every schema migrated."""
    for alias in settings.DATABASES.values():
        if alias:
            alias["TEST"]["NAME"] = f"simulation_{os.getpid()}"
    old = setup_databases(verbosity=0, interactive=False)
    try:
        yield
    finally:
        teardown_databases(old, verbosity=0)
