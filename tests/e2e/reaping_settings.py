"""The settings of a `reap_orphans` for which nothing is young."""

from tests.e2e.settings import *  # noqa: F403

GARBAGE_GRACE_S = 0
