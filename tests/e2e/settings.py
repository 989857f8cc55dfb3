"""The product's settings with short times, and a log handler that can freeze a process."""

from frameflow.settings.dev import *  # noqa: F403
from frameflow.settings.dev import LOGGING, REST_FRAMEWORK

LEASE_S = 3
RENEW_EVERY_S = 1
BACK_OFF_S = (1, 1, 1)

LOGGING["handlers"]["freezer"] = {"class": "tests.e2e.freezing.FreezeHandler"}
LOGGING["root"]["handlers"] = ["stderr", "freezer"]

# Everybody here has the same address.
REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"] |= dict.fromkeys(
    ("anon", "log-in", "sign-up", "reset", "password"), "60000/min"
)
