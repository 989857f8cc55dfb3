"""Which errors of a handler are to be expected where all goes wrong."""

import psycopg2

from apps.download.exceptions import ZipNotSeen
from frameflow.bus import is_away

#: So a handler says that it waits for something that comes by itself.
WAITS = (ZipNotSeen,)


def is_expected(error: Exception) -> bool:
    """Return whether an error is a fault of ours, tells of a part that is away, or is a wait.

    What the server itself raised is none of these, for here it is never away: a deadlock, say.
    """
    if isinstance(error, WAITS):
        return True
    return is_away(error) and not isinstance(error.__cause__, psycopg2.Error)
