"""What people may wish for next: mostly what makes sense, now and then the other thing."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING, cast
from uuid import UUID

from apps.download.archive import State as ArchiveState
from apps.upload.transitions import ExtractionState, VideoState
from tests.simulation.schedule import Action
from tests.simulation.tables.auth import Auth
from tests.simulation.tables.download import Download
from tests.simulation.tables.people import Person
from tests.simulation.tables.upload import Upload

if TYPE_CHECKING:
    from tests.simulation.tables.world import World

MOST_VIDEOS, MOST_EVER, MOST_EXTRACTIONS = 2, 4, 4
AT_WORK = (ExtractionState.PROCESSING, ExtractionState.CANCELLING)
CAN_RETRY = (ExtractionState.FAILED, ExtractionState.CANCELLED)
#: Returns the action by which an actor begins: name, deed, weight.
Begin = Callable[[str, Callable[[], object], float], Action]


class Wishes:
    """The people of a world; each of their wishes is made once."""

    def __init__(self, world: "World", begin: Begin) -> None:
        self._begin = begin
        self._upload = cast(Upload, world.contexts["upload"])
        self._download = cast(Download, world.contexts["download"])
        auth = cast(Auth, world.contexts["auth"])
        dice = world.schedule.dice
        owners = [UUID(int=dice.getrandbits(128), version=4) for _ in range(2)]
        people = [Person(each, self._upload, self._download, dice) for each in owners]
        self._people = dict(zip(owners, people, strict=True))
        self._first = [begin("person sends", each.send, 2) for each in people]
        self._another = [begin("person sends", each.send, 0.05) for each in people]
        self._closes = [
            begin("person closes the account", partial(auth.close_account, owner), 0.004)
            for owner in owners
        ]
        self._made: dict[tuple[UUID, str], list[Action]] = {}

    def possible(self) -> Iterator[Action]:
        """Yield what people may do next."""
        videos = self._upload.session.all("video")
        alive = [each for each in videos if each.state is VideoState.STORED]
        if len(alive) < MOST_VIDEOS and len(videos) < MOST_EVER:
            yield from self._another if videos else self._first
        yield from self._closes
        for video in alive:
            yield from self._about(video.id, video.owner_id)
        for archive in self._download.session.all("archive"):
            if archive.state is ArchiveState.READY:
                yield from self._fetch(archive.extraction_id, archive.owner_id)

    def _about(self, video_id: UUID, owner_id: UUID) -> list[Action]:
        newest = self._upload.newest(video_id)
        state = newest.state if newest else ExtractionState.EXPIRED
        wishes = self._made.get((video_id, state))
        if wishes is None:
            wishes = self._made[video_id, state] = self._wishes_in(state, video_id, owner_id)
        is_full = len(self._upload.session.all("extraction")) >= MOST_EXTRACTIONS
        return wishes[:-1] if is_full else wishes

    def _wishes_in(self, state: ExtractionState, video_id: UUID, owner_id: UUID) -> list[Action]:
        person = self._people[owner_id]
        deeds: tuple[tuple[str, Callable[[UUID], object], float], ...] = (
            ("person deletes", person.delete, 0.015),
            ("person cancels", person.cancel, 0.08 if state in AT_WORK else 0.01),
            ("person retries", person.retry, 0.7 if state in CAN_RETRY else 0.02),
            ("person extracts again", person.extract_again, 0.02 if state in AT_WORK else 0.4),
        )
        return [self._begin(name, partial(deed, video_id), at) for name, deed, at in deeds]

    def _fetch(self, extraction_id: UUID, owner_id: UUID) -> list[Action]:
        made = self._made.get((extraction_id, "fetch"))
        if made is None:
            deed = partial(self._people[owner_id].fetch, extraction_id)
            made = self._made[extraction_id, "fetch"] = [self._begin("person downloads", deed, 0.3)]
        return made
