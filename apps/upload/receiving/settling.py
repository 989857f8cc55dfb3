"""Where an upload stands, once that is certain.

A sender whose connection was cut asks at once, and may be faster than the end of its own last
request, which still saves what had come. What it then sent from the offset it heard, would be
refused when all of it had travelled; so who asks waits a moment for that request.
"""

import time
from collections.abc import Callable

from django.conf import settings

from apps.upload.models import Video
from apps.upload.receiving.incoming import release_connections

ASK_EVERY_S = 0.05


def settled(look: Callable[[], Video]) -> Video:
    """Return an upload to which nobody writes, or as it stands after `UPLOAD_SETTLES_WITHIN_S`."""
    deadline = time.monotonic() + settings.UPLOAD_SETTLES_WITHIN_S
    while (video := look()).is_locked and time.monotonic() < deadline:
        release_connections()
        time.sleep(ASK_EVERY_S)
    return video
