"""What people and programs do: through the services, as the web process calls them."""

from collections.abc import Callable, Iterator
from uuid import UUID

import structlog
from django.db import Error
from django.utils import timezone

from apps.auth import services as auth
from apps.auth.models import User
from apps.download import selectors as archives
from apps.download import services as download
from apps.upload import services as upload
from apps.upload.receiving.doors import accept
from apps.upload.receiving.incoming import IncomingVideo
from frameflow.contracts import Options
from frameflow.exceptions import FrameFlowError
from tests.factories import MP4_HEAD
from tests.simulation.actors import pause
from tests.simulation.product.senders import Senders
from tests.simulation.product.site import Site
from tests.simulation.schedule import Action
from tests.simulation.snapshot import Snapshot

PASSWORD = "correct horse battery"
MOST_VIDEOS = 2
MOST_EXTRACTIONS = 3

log = structlog.stdlib.get_logger(__name__)

#: Begins a web request that does something.
Request = Callable[[str, Callable[[], object]], Iterator[None]]


class People:
    """Two owners of videos."""

    def __init__(self, site: Site, request: Request) -> None:
        schedule, self._request = site.schedule, request
        self._senders = Senders(site, self._wish)
        self.owners = [UUID(int=schedule.dice.getrandbits(128), version=4) for _ in range(2)]
        #: The first one has an account, and may close it.
        self.may_leave = schedule.chance(0.25)
        #: Pieces make a schedule dearer: the others have more of everything else for the same time.
        self.may_send_pieces = schedule.chance(0.5)

    def actions(self, seen: Snapshot) -> Iterator[Action]:
        """Yield what somebody may wish now."""
        if len(seen.videos) < MOST_VIDEOS:
            owner = self.owners[len(seen.videos) % 2]
            readily = 1.0 if not seen.videos else 0.2
            yield self._wish("upload", lambda: send(owner), 2 * readily)
            if self.may_send_pieces:
                yield self._wish("begin upload", lambda: self._senders.begin(owner), readily)
        yield from self._senders.actions(seen)
        for video_id, video in seen.videos.items():
            if video.state != "deleted":
                yield from self._of_video(video_id, video.owner_id, seen)
        if self.may_leave and seen.videos:
            yield self._wish("close account", lambda: leave(self.owners[0]), 0.1)

    def _of_video(self, video_id: UUID, owner_id: UUID, seen: Snapshot) -> Iterator[Action]:
        mine = [each for each in seen.extractions.values() if each.video_id == video_id]
        states = {each.state for each in mine}
        yield self._wish("delete", lambda: upload.delete_video(video_id=video_id), 0.05)
        if states & {"processing", "cancelling"} or not mine:
            yield self._wish("cancel", lambda: upload.cancel_video(video_id=video_id), 0.12)
            return
        if states & {"failed", "cancelled"}:
            yield self._wish("retry", lambda: upload.retry_extraction(video_id=video_id), 1.5)
        if len(mine) < MOST_EXTRACTIONS:
            again = self._again(video_id)
            yield self._wish("extract again", again, 3)
        if "ready" in states:
            yield self._wish("download", lambda: fetch(video_id, owner_id), 0.4)

    def _again(self, video_id: UUID) -> Callable[[], object]:
        return lambda: upload.extract_again(video_id=video_id, options=Options())

    def _wish(self, name: str, deed: Callable[[], object], weight: float) -> Action:
        return Action(f"web: {name}", lambda: self._request(name, deed), weight)


def send(owner_id: UUID) -> None:
    """Send a video; the sender may be slow."""
    incoming = IncomingVideo(owner_id, "holiday.mp4", len(MP4_HEAD))
    try:
        pause()
        incoming.write(MP4_HEAD)
        pause()
    except BaseException as error:
        incoming.__exit__(type(error), error, error.__traceback__)
        raise
    accept(incoming, Options)


def fetch(video_id: UUID, owner_id: UUID) -> None:
    """Download the ZIP: that makes files live longer."""
    archive = archives.get_archive(video_id=video_id, owner_id=owner_id)
    download.extend_expiry(archive=archive, at=timezone.now())


def leave(owner_id: UUID) -> None:
    """Close the account."""
    user = User.objects.get(pk=owner_id)
    if not user.has_usable_password():
        user.set_password(PASSWORD)
        user.save(update_fields=["password"])
    auth.delete_user(user_id=owner_id, password=PASSWORD, at=timezone.now())


def answered(deed: Callable[[], object]) -> None:
    """Do what a request asks; a refusal or a part that is away is an answer as well."""
    try:
        deed()
    except (FrameFlowError, Error) as error:
        log.info("request.refused", reason=str(error))
