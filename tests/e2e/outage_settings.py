"""As the other end-to-end tests, with pauses between tries that outlast half a minute."""

from tests.e2e.settings import *  # noqa: F403

BACK_OFF_S = (2, 10, 25)
