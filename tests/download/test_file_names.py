"""The name of a video reaches a header and a disk of somebody: whatever it is, it stays a name."""

import unicodedata
from email.message import Message
from urllib.parse import unquote

import pytest
from django.test import Client

from apps.auth.models import User
from tests.databases import every_database
from tests.download.conftest import Publish

pytestmark = every_database

EVIL = {
    "header": 'a"\r\nSet-Cookie: x=1\r\n\r\n<script>.mp4',
    "line feed": "a\nb\x0bc\x0cd\x85e\u2028f\u2029g.mp4",
    "nul": "holiday.mp4\x00.exe",
    "parameter": 'a"; filename=b.exe; x=".mp4',
    "extended parameter": "a*=utf-8''b.exe.mp4",
    "percent": "a%0d%0ab%2f%00.mp4",
    "backslash": 'C:\\windows\\"x\\".mp4',
    "path": "../../../../etc/passwd",
    "dots": "....//....//x.mp4",
    "right to left": "photo\u202egpj.4pm",
    "invisible": "a\u200b\u200d\u2066b\ufeff.mp4",
    "emoji": "🏖️ holiday 👩‍👩‍👧.mp4",
    "decomposed": unicodedata.normalize("NFD", "férias.mp4"),
    "long": "ü" * 5000 + ".mp4",
    "long emoji": "👩‍👩‍👧" * 400,
    "device": "CON.mp4",
    "private": "\ue000\U000f0000a.mp4",
    "dot": ".htaccess.mp4",
    "tilde": "~root.mp4",
    "space": "   .mp4",
}
SEEN = ("L", "N", "P", "S", "M", "Z")


def saved_as(disposition: str) -> str:
    """Return the file name as RFC 6266 and RFC 8187 have it read."""
    message = Message()
    message["Content-Disposition"] = disposition
    _kind, parameters = (
        disposition.partition(";")[0],
        message.get_params(header="Content-Disposition"),
    )
    named = {name.lower() for name, _ in parameters[1:]}
    assert named in ({"filename"}, {"filename*"}), disposition
    found = message.get_filename() or ""
    return found if "filename" in named else unquote(found)


@pytest.mark.parametrize("name", EVIL.values(), ids=EVIL)
def test_a_name_stays_a_name(publish: Publish, owner: User, name: str) -> None:
    page = Client()
    page.force_login(owner)
    answer = page.get(f"/videos/{publish()['video_id']}/zip/", {"name": name})
    disposition = answer.headers["Content-Disposition"]
    assert disposition.startswith("attachment; ")
    assert disposition.isascii()
    assert disposition.isprintable()
    assert len(disposition) < 1200
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "Set-Cookie" not in answer.headers
    saved = saved_as(disposition)
    assert saved.endswith(".zip")
    assert len(saved) <= 100
    assert not set(saved) & set('/\\"\0')
    assert not saved.startswith((".", " "))
    assert {unicodedata.category(each)[0] for each in saved} <= set(SEEN)
