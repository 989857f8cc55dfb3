"""The short form: as the other end-to-end tests, and everything that waits waits a short time."""

from tests.e2e.settings import *  # noqa: F403

LEASE_S = 4
BACK_OFF_S = (1, 2, 4)

KEY_SILENT_AFTER_S = 10
UPLOAD_CUT_AFTER_S = 20
UPLOAD_EXPIRES_AFTER_S = 15
GARBAGE_GRACE_S = 10  # longer than a process is paused
STALE_WRITE_AFTER_S = UPLOAD_EXPIRES_AFTER_S + GARBAGE_GRACE_S
