"""The long form: leases and pauses are the product's own; only what is kept for hours is not."""

from frameflow.settings import base
from tests.chaos.settings import *  # noqa: F403

LEASE_S = base.LEASE_S
RENEW_EVERY_S = base.RENEW_EVERY_S
BACK_OFF_S = base.BACK_OFF_S

KEY_SILENT_AFTER_S = base.KEY_SILENT_AFTER_S
UPLOAD_CUT_AFTER_S = 120
UPLOAD_EXPIRES_AFTER_S = 120
GARBAGE_GRACE_S = 100  # longer than a process is paused
STALE_WRITE_AFTER_S = UPLOAD_EXPIRES_AFTER_S + GARBAGE_GRACE_S
