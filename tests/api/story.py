"""An account and a video, from the beginning to the end: every operation once, with success."""

from datetime import timedelta

from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile

from apps.auth.services import send_reset_links
from tests.api import work
from tests.api.recording import Recording
from tests.bus import Bus
from tests.resumable import metadata

API = "/api/v1/"
EMAIL, PASSWORD, NEXT = "olivia@example.com", "correct horse battery", "quiet river of stones"
LOG_IN = f"POST {API}auth/token/"
VIDEO = f"{API}videos/{{id}}/"
UPLOAD = f"{API}uploads/{{id}}/"
RESULT = f"{API}videos/{{video_id}}/"


def tell(story: Recording, bus: Bus) -> None:
    """Tell it; the recording keeps each exchange."""
    _arrive(story)
    _api_tokens(story)
    video_id = _upload(story, bus)
    _look(story, video_id)
    _in_pieces(story)
    _results(story, video_id)
    _wishes(story, video_id)
    _leave(story)


def _arrive(story: Recording) -> None:
    story.call(f"GET {API}")
    story.call(
        f"POST {API}auth/register/",
        {"email": EMAIL, "password": PASSWORD, "name": "Olivia", "language": "en"},
    )
    pair = _log_in(story, PASSWORD)
    story.call(f"POST {API}auth/token/verify/", {"token": pair["access"]})
    story.call(f"POST {API}auth/token/refresh/", {"refresh": pair["refresh"]})
    story.call(f"GET {API}auth/me/")
    story.call(f"PATCH {API}auth/me/", {"wants_notices": True})


def _api_tokens(story: Recording) -> None:
    until = (story.began + timedelta(days=90)).isoformat()
    wish = {"name": "nightly script", "scopes": ["read", "write"], "expires_at": until}
    made = story.call(f"POST {API}auth/tokens/", wish)
    story.call(f"GET {API}auth/tokens/")
    story.call(f"DELETE {API}auth/tokens/{{token_id}}/", token_id=made["id"])


def _upload(story: Recording, bus: Bus) -> str:
    """The upload, stopped half way, tried again and brought to its end."""
    file = SimpleUploadedFile("holiday.mp4", work.SOURCE, "video/mp4")
    form = {"file": file, "mode": "interval", "interval": 10}
    video_id = str(story.call(f"POST {API}videos/", form=form)["id"])
    bus.settle()
    work.claim()
    bus.settle()
    story.call(f"POST {VIDEO}cancel/", id=video_id)
    bus.settle()
    story.call(f"POST {VIDEO}retry/", {"run": 1}, id=video_id)
    bus.settle()
    claimed = work.claim()
    bus.settle()
    work.finish(claimed)
    bus.settle()
    return video_id


def _in_pieces(story: Recording) -> None:
    """A second upload that is begun, goes half the way, and is given up."""
    speaks = {"Tus-Resumable": "1.0.0"}
    begins = {"Upload-Length": str(len(work.SOURCE)), "Upload-Metadata": metadata(filename="a.mp4")}
    story.call(f"POST {API}uploads/", piece=work.SOURCE[:1024], said={**speaks, **begins})
    video = story.client.get(f"{API}videos/", {"status": "uploading"}).json()["results"][0]["id"]
    where = {"Upload-Offset": "1024"}
    story.call(f"PATCH {UPLOAD}", piece=work.SOURCE[1024:65536], said={**speaks, **where}, id=video)
    story.call(f"GET {UPLOAD}", id=video)
    story.call(f"DELETE {UPLOAD}", said=speaks, id=video)


def _look(story: Recording, video_id: str) -> None:
    query = {"status": ["ready"], "search": "holiday", "ordering": "-created_at", "page_size": 20}
    story.call(f"GET {API}limits/")
    story.call(f"GET {API}videos/", query=query)
    story.call(f"GET {VIDEO}", id=video_id)
    story.call(f"GET {API}events/", query={"status": ["ready"]})
    story.call(f"GET {VIDEO}events/", id=video_id)


def _results(story: Recording, video_id: str) -> None:
    query = {"t__gte": 10, "page_size": 1}
    story.call(f"GET {RESULT}frames/", query=query, video_id=video_id)
    story.call(f"GET {RESULT}manifest/", query={"format": "json"}, video_id=video_id)
    story.call(f"GET {RESULT}timeline/", video_id=video_id)
    story.call(f"GET {RESULT}zip/", video_id=video_id)
    for what in ("", "image/", "thumb/"):
        story.call(f"GET {RESULT}frames/{{index}}/{what}", video_id=video_id, index=2)
    share = story.call(f"POST {RESULT}shares/", {"days": 7, "name": "Recife"}, video_id=video_id)
    story.call(f"GET {RESULT}shares/", video_id=video_id)
    story.call(f"DELETE {RESULT}shares/{{share_id}}/", video_id=video_id, share_id=share["id"])


def _wishes(story: Recording, video_id: str) -> None:
    options = {"mode": "count", "count": 12, "format": "png"}
    story.call(f"PATCH {VIDEO}", {"name": "Summer.mp4"}, id=video_id)
    story.call(f"POST {VIDEO}extractions/", options, id=video_id)
    story.call(f"DELETE {VIDEO}", id=video_id)


def _leave(story: Recording) -> None:
    words = {"current_password": PASSWORD, "new_password": NEXT}
    story.call(f"POST {API}auth/password/change/", words)
    story.client.credentials()
    story.call(f"POST {API}auth/password/reset/", {"email": EMAIL})
    send_reset_links()
    link = next(each for each in str(mail.outbox[-1].body).split() if each.startswith("http"))
    uid, token = link.strip("/").split("/")[-2:]
    parts = {"uid": uid, "token": token, "new_password": PASSWORD}
    story.call(f"POST {API}auth/password/reset/confirm/", parts)
    story.call(f"POST {API}auth/logout/", {"refresh": _log_in(story, PASSWORD)["refresh"]})
    _log_in(story, PASSWORD)
    story.call(f"DELETE {API}auth/me/", {"password": PASSWORD})


def _log_in(story: Recording, password: str) -> dict[str, str]:
    pair: dict[str, str] = story.call(LOG_IN, {"email": EMAIL, "password": password})
    story.client.credentials(HTTP_AUTHORIZATION=f"Bearer {pair['access']}")
    return pair
