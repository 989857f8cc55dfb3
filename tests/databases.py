"""Marks for tests that use the databases: every context's alias, and no `default`."""

import pytest

from frameflow.settings.databases import active_contexts

ALIASES = [context.alias for context in active_contexts()]

#: Each test in a transaction of its own per alias, rolled back afterwards.
every_database = pytest.mark.django_db(databases=ALIASES)

#: Real commits: needed by threads, locks and on-commit hooks.
every_database_committed = pytest.mark.django_db(databases=ALIASES, transaction=True)
