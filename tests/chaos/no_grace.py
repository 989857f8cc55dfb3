"""For whoever looks afterwards: no object is too young to be found without a row."""

from tests.chaos.settings import *  # noqa: F403

GARBAGE_GRACE_S = 0
