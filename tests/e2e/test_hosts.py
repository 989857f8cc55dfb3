"""Several hosts: webs, buses and workers that share servers and a bucket, and no disk."""

import hashlib
import math
from collections import defaultdict
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path
from typing import Any

import pytest

from tests import media
from tests.e2e.client import Person, names_in
from tests.e2e.conftest import promise_holds
from tests.e2e.ground import Ground, standing
from tests.e2e.hosts import Hosts, running_hosts
from tests.e2e.stack import Stack

# It is on the one ground that hosts can share, whatever was chosen.
pytestmark = pytest.mark.fixed_ground

GROUND = Ground(store="s3", servers="external", bus="redis_streams")
QUEUED_S = 300.0  # a hundred wait for their turn


@dataclass(frozen=True)
class Kind:
    """A clip and the options with which it is sent; the same kind gives the same bytes."""

    clip: Path
    seconds: int
    interval: int

    @property
    def frames(self) -> int:
        return math.ceil(self.seconds / self.interval)


@dataclass(frozen=True)
class Sent:
    """A video on its way: who sent it, of which kind it is."""

    person: Person
    kind: Kind
    video: str


@pytest.fixture(scope="module")
def kinds(tmp_path_factory: pytest.TempPathFactory) -> list[Kind]:
    folder = tmp_path_factory.mktemp("kinds")
    clips = {s: media.make_video(folder / f"{s}.mp4", seconds=s) for s in (3, 8, 25)}
    return [Kind(clip, s, interval) for s, clip in clips.items() for interval in (2, 5)]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "hosts"


def test_two_webs_and_two_workers_share_no_disk(folder: Path, kinds: list[Kind]) -> None:
    with (
        standing(GROUND, folder / "servers") as footing,
        running_hosts(folder, footing, webs=2, buses=1, workers=2) as hosts,
    ):
        all_are_right(hosts, kinds[:3], people=2, videos=6)


@pytest.mark.long
@pytest.mark.timeout(900)
def test_a_hundred_videos_on_eight_hosts(folder: Path, kinds: list[Kind]) -> None:
    with (
        standing(GROUND, folder / "servers") as footing,
        running_hosts(folder, footing, webs=2, buses=2, workers=4) as hosts,
    ):
        all_are_right(hosts, kinds, people=5, videos=100)


def all_are_right(hosts: Hosts, kinds: Sequence[Kind], *, people: int, videos: int) -> None:
    """Send videos through all webs; each is fetched through another web than it was sent to."""
    with ExitStack() as stack:
        webs = list(islice(cycle(hosts.webs), people))
        senders = [stack.enter_context(Person(web)) for web in webs]
        each = [list(islice(cycle(kinds), n, videos, people)) for n in range(people)]
        with ThreadPoolExecutor(people) as pool:
            sent = [one for batch in pool.map(send, senders, each) for one in batch]
            assert len(sent) == videos
            move_to_the_next_web(senders, hosts.webs)
            batches = [[one for one in sent if one.person is sender] for sender in senders]
            sums = [one for batch in pool.map(fetched, batches) for one in batch]
    same_kinds_give_the_same_bytes(sums)
    assert hosts.at_work() == hosts.pids()
    promise_holds(hosts.webs[0])
    assert not list(files_of(hosts))


def send(person: Person, kinds: Sequence[Kind]) -> list[Sent]:
    def one(kind: Kind) -> Sent:
        document = person.accepted(kind.clip, interval=str(kind.interval))
        return Sent(person, kind, document["id"])

    return [one(kind) for kind in kinds]


def move_to_the_next_web(people: Sequence[Person], webs: Sequence[Stack]) -> None:
    """Everybody asks the next web from now on, with the token that the first one gave."""
    for number, person in enumerate(people):
        listed = person.http.get("videos/").json()["count"]
        person.http.base_url = f"{webs[(number + 1) % len(webs)].base}/api/v1/"
        assert person.http.get("videos/").json()["count"] == listed > 0


def fetched(batch: Sequence[Sent]) -> list[tuple[Kind, str]]:
    """Wait for each video, look whether it is right, and return the sum of its ZIP."""
    return [(sent.kind, right(sent, sent.person.ended(sent.video, QUEUED_S))) for sent in batch]


def right(sent: Sent, document: dict[str, Any]) -> str:
    assert document["status"] == "ready", document
    assert document["result"]["frames"] == sent.kind.frames
    data = sent.person.zip(sent.video)
    pictures = [name for name in names_in(data) if name.endswith(".jpg")]
    assert len(pictures) == sent.kind.frames
    digest = hashlib.sha256(data).hexdigest()
    assert digest == document["result"]["zip_sha256"]
    return digest


def same_kinds_give_the_same_bytes(sums: Sequence[tuple[Kind, str]]) -> None:
    """Whichever worker made them."""
    found: dict[Kind, set[str]] = defaultdict(set)
    for kind, digest in sums:
        found[kind].add(digest)
    assert {len(digests) for digests in found.values()} == {1}
    assert len(set.union(*found.values())) == len(found)


def files_of(hosts: Hosts) -> Iterator[Path]:
    """Yield what was left on a disk beside logs and secrets: no object, and nothing temporary."""
    for host in (*hosts.webs, *hosts.buses, *hosts.workers):
        for name in ("objects", "tmp", "mail"):
            yield from (path for path in (host.folder / name).rglob("*") if path.is_file())
