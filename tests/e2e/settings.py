"""The product's settings with short times, and a log handler that can freeze a process."""

from frameflow.settings.dev import *  # noqa: F403
from frameflow.settings.dev import LOGGING

LEASE_S = 3
RENEW_EVERY_S = 1
BACK_OFF_S = (1, 1, 1)

LOGGING["handlers"]["freezer"] = {"class": "tests.e2e.freezing.FreezeHandler"}
LOGGING["root"]["handlers"] = ["stderr", "freezer"]
