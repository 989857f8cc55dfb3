"""Jobs done by threads, with their results in the order of the jobs, and few kept at once."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from queue import SimpleQueue
from threading import Lock, Semaphore, Thread
from typing import Final, Generic, TypeVar

from apps.processing.extraction.opening.doubts import Doubt

#: Results of one job that may wait to be taken.
KEPT_RESULTS: Final = 3

Job = TypeVar("Job")
Item = TypeVar("Item")


class Abandoned(Exception):
    """Nobody wants the results any more."""


class _Lane(Generic[Item]):
    """The results of one job, from the thread that does it to the one that takes them."""

    def __init__(self) -> None:
        self.results: SimpleQueue[tuple[Item] | BaseException | None] = SimpleQueue()
        self.room = Semaphore(KEPT_RESULTS)

    def take(self) -> Iterator[Item]:
        """Yield results until the job is done; raises what the job raised."""
        while (result := self.results.get()) is not None:
            if isinstance(result, BaseException):
                raise result
            yield result[0]
            self.room.release()


class Crew(Generic[Job, Item]):
    """Threads that share the jobs of an iterator.

    `hire` is entered once in each thread and gives what does a job there.
    """

    def __init__(
        self,
        jobs: Iterator[Job],
        hire: Callable[[], AbstractContextManager[Callable[[Job], Iterator[Item]]]],
    ) -> None:
        self._jobs, self._hire = jobs, hire
        self._lock = Lock()
        self._lanes: SimpleQueue[_Lane[Item] | None] = SimpleQueue()
        self._open: list[_Lane[Item]] = []
        self._is_abandoned = False

    def results(self, threads: int) -> Iterator[Item]:
        """Yield all results in the order of the jobs; raises what any job raised."""
        crew: list[Thread] = []
        try:
            for _ in range(threads):
                crew.append(self._started())
            while (lane := self._lanes.get()) is not None:
                yield from lane.take()
        finally:
            self._abandon()
            for thread in crew:
                thread.join()

    def _started(self) -> Thread:
        thread = Thread(target=self._work, daemon=True)
        try:
            thread.start()
        except RuntimeError as error:
            raise Doubt("no more threads can be started") from error
        return thread

    def _work(self) -> None:
        lane: _Lane[Item] | None = None
        try:
            with self._hire() as do:
                while (taken := self._take_job()) is not None:
                    job, lane = taken
                    self._fill(lane, do(job))
        except Abandoned:
            pass
        except BaseException as error:
            self._fail(lane, error)

    def _take_job(self) -> tuple[Job, _Lane[Item]] | None:
        with self._lock, self._telling():
            for job in () if self._is_abandoned else self._jobs:
                lane = _Lane[Item]()
                self._open.append(lane)
                self._lanes.put(lane)
                return job, lane
            self._lanes.put(None)
            return None

    @contextmanager
    def _telling(self) -> Iterator[None]:
        """Let the taker hear that the jobs themselves fail, before another thread sees none."""
        try:
            yield
        except BaseException as error:
            self._fail(None, error)
            self._jobs = iter(())
            raise Abandoned from error

    def _fill(self, lane: _Lane[Item], results: Iterator[Item]) -> None:
        for result in results:
            lane.room.acquire()
            if self._is_abandoned:
                raise Abandoned
            lane.results.put((result,))
        lane.results.put(None)
        self._open.remove(lane)

    def _fail(self, lane: _Lane[Item] | None, error: BaseException) -> None:
        """Let the taker hear of it: in its turn, or at once where no job was taken yet."""
        if lane is None or lane not in self._open:
            lane = _Lane[Item]()
            self._lanes.put(lane)
        lane.results.put(error)

    def _abandon(self) -> None:
        """Wake the threads that wait for room; each has one lane."""
        self._is_abandoned = True
        for lane in list(self._open):
            lane.room.release()
