"""People with programs: each uploads at its moment, looks at the video later, and keeps the time.

The moments are set beforehand (an open loop): what is due is due whether earlier answers have come
or not, and a wait for a free connection counts. So an answer that is slow hides no other.
"""

import heapq
import itertools
import json
import queue
import random
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from urllib.parse import urlsplit

CONNECTIONS = 48
#: When a program looks at its video, in seconds after the answer to the upload.
LOOKS_S = (0.5, 1.0, 2.0, 4.0)
TIMEOUT_S = 60.0
#: What was due and did not find a free connection so long after the end is given up.
GRACE_S = 2.0
SLICE_S = 0.02

UPLOAD, LOOK = "upload", "look"
Headers = Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Order:
    """What to do: `people` are the headers that each sends, `rate` is uploads a second."""

    base: str
    people: Sequence[Headers]
    body: bytes
    content_type: str
    rate: float
    seconds: float
    seed: int = 1


@dataclass(frozen=True)
class Sample:
    """One request: `took_s` from the moment it was due, `status` 0 where no answer came."""

    kind: str
    due_s: float
    took_s: float
    status: int

    @property
    def is_good(self) -> bool:
        return self.status in (200, 201)


@dataclass(frozen=True, order=True)
class Task:
    due: float
    number: int
    kind: str = field(compare=False)
    path: str = field(compare=False)
    headers: Headers = field(compare=False)


def drive(order: Order) -> list[Sample]:
    """Carry out an order; return every request that fell due."""
    return _Crowd(order).run()


def moments(rate: float, seconds: float, seed: int) -> Iterator[float]:
    """Yield when uploads begin: by chance, `rate` a second in the mean."""
    chance = random.Random(seed)  # noqa: S311 - no secret
    at = chance.expovariate(rate)
    while at < seconds:
        yield at
        at += chance.expovariate(rate)


class _Crowd:
    """The agenda and the connections that work on it."""

    def __init__(self, order: Order) -> None:
        self._order, self._began = order, time.monotonic()
        self._number = itertools.count()
        self._lock = threading.Lock()
        self._agenda = [
            self._task(self._began + at, UPLOAD, "/api/v1/videos/", person)
            for at, person in zip(
                moments(order.rate, order.seconds, order.seed),
                itertools.cycle(order.people),
                strict=False,
            )
        ]
        self._due: queue.SimpleQueue[Task | None] = queue.SimpleQueue()
        self._samples: list[Sample] = []

    def run(self) -> list[Sample]:
        threads = [threading.Thread(target=self._work) for _ in range(CONNECTIONS)]
        for thread in threads:
            thread.start()
        self._call_up()
        time.sleep(GRACE_S)
        self._give_up()
        for _ in threads:
            self._due.put(None)
        for thread in threads:
            thread.join()
        return self._samples

    def _task(self, due: float, kind: str, path: str, person: Headers) -> Task:
        return Task(due, next(self._number), kind, path, person)

    def _call_up(self) -> None:
        """Hand out what falls due, until the time is over."""
        ends = self._began + self._order.seconds
        while (now := time.monotonic()) < ends:
            with self._lock:
                while self._agenda and self._agenda[0].due <= now:
                    self._due.put(heapq.heappop(self._agenda))
                next_due = self._agenda[0].due if self._agenda else ends
            time.sleep(max(0, min(next_due - now, SLICE_S)))

    def _give_up(self) -> None:
        while not self._due.empty():
            if task := self._due.get():
                self._note(task, 0)

    def _work(self) -> None:
        place = urlsplit(self._order.base)
        connection = HTTPConnection(place.hostname or "", place.port, timeout=TIMEOUT_S)
        with closing(connection) as http:
            while task := self._due.get():
                status, answer = self._ask(http, task)
                self._note(task, status)
                if status == 201:
                    self._look_later(json.loads(answer)["id"], task.headers)

    def _ask(self, http: HTTPConnection, task: Task) -> tuple[int, bytes]:
        """Return status and body; 0 where none came. A connection that was kept too long, and
        closed by the server, is opened anew."""
        for _ in range(1 if http.sock is None else 2):
            try:
                return self._answer(http, task)
            except (HTTPException, OSError):
                http.close()
        return 0, b""

    def _answer(self, http: HTTPConnection, task: Task) -> tuple[int, bytes]:
        if task.kind == UPLOAD:
            headers = {**task.headers, "Content-Type": self._order.content_type}
            http.request("POST", task.path, self._order.body, headers)
        else:
            http.request("GET", task.path, headers=dict(task.headers))
        response = http.getresponse()
        return response.status, response.read()

    def _look_later(self, video_id: str, person: Headers) -> None:
        now = time.monotonic()
        with self._lock:
            for after_s in LOOKS_S:
                look = self._task(now + after_s, LOOK, f"/api/v1/videos/{video_id}/", person)
                heapq.heappush(self._agenda, look)

    def _note(self, task: Task, status: int) -> None:
        took_s = time.monotonic() - task.due
        self._samples.append(Sample(task.kind, task.due - self._began, took_s, status))
