"""What a person does with the web process: each wish is a request, and may die half way."""

from random import Random
from uuid import UUID

from django.db import OperationalError

from frameflow.exceptions import FrameFlowError
from frameflow.storage import StorageError
from tests.simulation.tables.download import Download
from tests.simulation.tables.upload import Upload
from tests.simulation.tables.worker import BAD, DEADLY, GOOD

#: What people send: mostly videos, at times nothing at all.
FILES = (GOOD, GOOD, GOOD, GOOD, BAD, DEADLY, b"")


class Person:
    """One owner, with a browser that asks again when it likes."""

    def __init__(self, owner_id: UUID, upload: Upload, download: Download, dice: Random) -> None:
        self.owner_id, self.upload, self.download, self._dice = owner_id, upload, download, dice

    def send(self) -> None:
        """Send a file: begin, bytes, acceptance; whoever is not told forgets it again."""
        content, video_id, extraction_id = self._dice.choice(FILES), self._id(), self._id()
        try:
            video = self.upload.begin_upload(self.owner_id, video_id, 10)
        except (OperationalError, FrameFlowError):
            return
        try:
            self.upload.objects.put(video.source_key, content)
            self.upload.complete_upload(video_id, extraction_id)
        except (OperationalError, StorageError):
            self._abandon(video_id)

    def _abandon(self, video_id: UUID) -> None:
        try:
            self.upload.abandon_upload(video_id)
        except OperationalError:
            return

    def cancel(self, video_id: UUID) -> None:
        """Stop what is at work."""
        self._ask(lambda: self.upload.cancel(video_id))

    def retry(self, video_id: UUID) -> None:
        """Try the newest extraction again."""
        self._ask(lambda: self.upload.retry(video_id))

    def extract_again(self, video_id: UUID) -> None:
        """Wish for another extraction."""
        extraction_id = self._id()
        self._ask(lambda: self.upload.extract_again(video_id, extraction_id))

    def delete(self, video_id: UUID) -> None:
        """Delete a video."""
        self._ask(lambda: self.upload.delete(video_id))

    def fetch(self, extraction_id: UUID) -> None:
        """Download the ZIP of an archive that is ready."""
        self._ask(lambda: self.download.extend_expiry(extraction_id))

    def _ask(self, wish) -> None:
        """The answer may be a refusal, or be lost."""
        try:
            wish()
        except (OperationalError, FrameFlowError):
            return

    def _id(self) -> UUID:
        return UUID(int=self._dice.getrandbits(128), version=4)
