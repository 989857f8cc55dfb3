"""Our worker: JSON only, deaf to commands, and its work-horse never outlives it."""

import ctypes
import os
import signal
import time
from contextlib import suppress
from typing import Any

from django.conf import settings
from django.db import connections
from rq import Worker as RQWorker
from rq import worker_registration
from rq.exceptions import StopRequested
from rq.serializers import JSONSerializer

from apps.processing import selectors
from apps.processing.extraction import warm_up
from apps.processing.jobs.wakeups import WakeUp, queue, take_back_from, wake_for
from frameflow.bus import done_without
from frameflow.heartbeat import beat

PR_SET_PDEATHSIG = 1
WORKER_TTL_S = 60
MAINTENANCE_S = 60
PAUSE_S = 1.0


class Worker(RQWorker):
    """RQ's worker with a work-horse that dies with its parent."""

    told_to_stop = False  # of the process, whichever of its workers heard the signal
    killed_pid = 0  # of the last work-horse, where it did not end by itself

    def handle_warm_shutdown_request(self) -> None:
        """Remember it: RQ then tells Redis, which may be away."""
        Worker.told_to_stop = True
        super().handle_warm_shutdown_request()  # type: ignore[no-untyped-call]

    def subscribe(self) -> None:
        """Take no commands: whoever can publish to Redis could end us, or the job in hand."""

    def check_for_suspension(self, burst: bool) -> None:
        """Show life and go on: `rq suspend` is a key that whoever can write to Redis can set."""
        self.heartbeat()

    def heartbeat(self, *args: Any, **kwargs: Any) -> None:
        """Say that we live; also who we are, because Redis may have been emptied.

        While a work-horse runs it is the horse that must show life, not who waits for it.
        """
        if not self.horse_pid:
            beat("worker", "worker")
        super().heartbeat(*args, **kwargs)
        worker_registration.register(self)

    def execute_job(self, *args: Any) -> None:
        """Fork and wait; the work-horse must not share a database connection, and finds the
        decoder loaded.

        RQ leaves a horse to itself where Redis goes away meanwhile: the next would run beside it,
        and nobody would bury it.
        """
        connections.close_all()
        warm_up()
        self.killed_pid = 0
        try:
            super().execute_job(*args)
        finally:
            if self.horse_pid:
                self.wait_for_horse()
                self._horse_pid = 0
            if self.killed_pid:
                with done_without("worker.killed_horse"):
                    take_back_from(self.killed_pid)

    def wait_for_horse(self) -> tuple[int | None, int | None, Any]:
        """Remember whether it was killed: then its job is taken back without waiting for the lease.
        RQ has a hook for this, which it calls only where Redis is there."""
        pid, status, usage = super().wait_for_horse()
        if pid and status:
            self.killed_pid = pid
        return pid, status, usage

    def main_work_horse(self, *args: Any) -> None:
        """The work-horse after the fork."""
        die_with(self.pid)
        super().main_work_horse(*args)


def die_with(parent: int | None) -> None:
    """Ask the kernel to kill this process when its parent dies (prctl(2), Linux only)."""
    if hasattr(signal, "pidfd_send_signal"):  # Linux
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(1)


def run_worker(*, burst: bool = False) -> None:
    """Work until SIGTERM or SIGINT; the job in hand is finished.

    RQ's worker ends where Redis goes away at the wrong moment; then the next one begins.
    """
    warm_up()
    if burst:
        wake_for(selectors.count_due())
        _worker().work(burst=True, logging_level=settings.LOG_LEVEL)
        return
    while not Worker.told_to_stop:
        with done_without("worker.waiting"), suppress(StopRequested):
            _worker().work(logging_level=settings.LOG_LEVEL)
        with done_without("worker.waiting"), suppress(StopRequested):
            time.sleep(0 if Worker.told_to_stop else PAUSE_S)


def _worker() -> Worker:
    found = queue()
    return Worker(
        [found],
        connection=found.connection,
        job_class=WakeUp,
        serializer=JSONSerializer,
        worker_ttl=WORKER_TTL_S,
        maintenance_interval=MAINTENANCE_S,
    )
