"""What one stream tells: only what has changed since it was told, with the version of it."""

import asyncio
import json
from dataclasses import dataclass, field
from typing import Any

from frameflow.api.asking import Answer, Application, ask
from frameflow.api.conditions import version_of
from frameflow.api.events import COMMENT, Watched, event
from frameflow.api.offload import Scope, Send

COMMENT_EVERY_S = 15.0


@dataclass
class Stream:
    """One client: what it was told already, and how it is told more."""

    scope: Scope
    send: Send
    watched: Watched
    application: Application
    last_seen: str
    version: str = ""
    told: dict[str, str] = field(default_factory=dict)

    async def write(self, text: bytes) -> None:
        """Send a piece of the stream."""
        self.wrote_at = asyncio.get_running_loop().time()
        await self.send({"type": "http.response.body", "body": text, "more_body": True})

    async def look(self) -> bool:
        """Tell what has changed; False where there is nothing more to tell."""
        answer = await ask(self.application, self.scope, self.watched.path, self.version)
        if answer.status == 200:
            await self._tell(answer)
        elif answer.status in (404, 410):
            await self.write(event("gone", {"id": self.watched.topic}))
        if asyncio.get_running_loop().time() - self.wrote_at >= COMMENT_EVERY_S:
            await self.write(COMMENT)
        return answer.status not in (401, 403, 404, 410)

    async def _tell(self, answer: Answer) -> None:
        documents = _documents(answer)
        versions = {each["id"]: version_of(each) for each in documents}
        news = [each for each in documents if self.told.get(each["id"]) != versions[each["id"]]]
        left = [each for each in self.told if each not in versions]
        known = not self.version and self.last_seen == answer.version
        self.version, self.told = answer.version, versions
        if known:
            return
        events = [await self._of_one_that_left(each) for each in left]
        events += [event("video", each) for each in news]
        if events:
            await self.write(b"".join(_with_version(events, self.version)))

    async def _of_one_that_left(self, video_id: str) -> bytes:
        """Return what became of a video that is no longer in the list."""
        path = f"{self.watched.path.partition('?')[0]}{video_id}/"
        answer = await ask(self.application, self.scope, path)
        if answer.status == 200:
            return event("video", json.loads(answer.body))
        return event("gone", {"id": video_id})


def _documents(answer: Answer) -> list[dict[str, Any]]:
    document = json.loads(answer.body)
    return list(document["results"]) if "results" in document else [document]


def _with_version(events: list[bytes], version: str) -> list[bytes]:
    """The last one carries the version: a client cut off before it is told all again."""
    return [*events[:-1], events[-1].replace(b"\n", f"\nid: {version}\n".encode(), 1)]
