"""Several machines played on one: each process has a folder of its own, and no disk is shared."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from frameflow.embedded import local_secrets
from tests.e2e.ground import Footing
from tests.e2e.stack import Stack
from tests.waiting import eventually


@dataclass(frozen=True)
class Hosts:
    """The machines by what they run."""

    webs: list[Stack]
    buses: list[Stack]
    workers: list[Stack]

    def pids(self) -> set[int]:
        """Return the worker processes."""
        return {process.pid for host in self.workers for process in host.processes.values()}

    def at_work(self) -> set[int]:
        """Return the worker processes that made something."""
        query = "SELECT array_agg(DISTINCT split_part(worker, ':', 2)::int) FROM processing_job"
        row = self.webs[0].row("processing", query)
        return set(row[0] or ()) if row else set()


@contextmanager
def running_hosts(
    folder: Path, footing: Footing, *, webs: int, buses: int, workers: int, **settings: str
) -> Iterator[Hosts]:
    """Run so many machines until the end of the block; all of them are ready."""
    given = {**local_secrets(folder / "given to every host"), **settings}
    with ExitStack() as stack:

        def started(kind: str, count: int) -> list[Stack]:
            hosts = [Stack(folder / f"{kind}-{n}", footing, **given) for n in range(1, count + 1)]
            for host in hosts:
                stack.callback(host.stop)
                host.start(kind)
            return hosts

        migrated = Stack(folder / "operator", footing, **given).manage("migrate", "-v0")
        assert migrated.returncode == 0, migrated.stderr
        hosts = Hosts(started("web", webs), started("bus", buses), started("worker", workers))
        for web in hosts.webs:
            eventually(web.ready, "this web is ready")
        wait_for_workers(hosts.webs[0], workers)
        yield hosts


def wait_for_workers(stack: Stack, count: int) -> None:
    """Wait until so many workers ask for work."""
    eventually(lambda: stack.redis("SCARD", "rq:workers") == count or None, f"{count} workers wait")
