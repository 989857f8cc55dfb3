"""Keeping a claim while the engine works: a look each second, a longer lease every five."""

import time

import structlog
from django.conf import settings
from django.db import Error, connections

from apps.processing import services
from apps.processing.extraction import Stopped
from apps.processing.services import Claim
from frameflow.heartbeat import beat

LOOK_EVERY_S = 1.0

log = structlog.stdlib.get_logger(__name__)


class Keeper:
    """Called often by the engine's supervisor; answers whether the work may go on.

    While the database is away the work goes on: the fence decides at the end.
    """

    def __init__(self, claim: Claim) -> None:
        self.claim = claim
        self._looked_at = self._renewed_at = time.monotonic()
        self._holds = True

    def __call__(self) -> bool:
        now = time.monotonic()
        if self._holds and now - self._looked_at >= LOOK_EVERY_S:
            self._looked_at = now
            self._holds = self._look(now)
        return self._holds

    def insist(self) -> None:
        """Take a fresh lease before a stage that cannot be watched; `Stopped` where it is lost."""
        self._renewed_at = float("-inf")
        if not self._look(time.monotonic()):
            raise Stopped

    def _look(self, now: float) -> bool:
        beat("worker", "worker")
        try:
            if now - self._renewed_at < settings.RENEW_EVERY_S:
                return services.is_mine(claim=self.claim)
            self._renewed_at = now
            return services.renew_lease(claim=self.claim)
        except Error as error:
            log.warning("job.database_away", reason=str(error))
            connections["processing"].close()
            return True
