"""Freezes a process at a named point of a job, so that a test can kill it exactly there.

The named points are the product's own log events; nothing in the product knows of this.
"""

import json
import logging
import os
import signal
from pathlib import Path

ORDER = "freeze-order"
MARK = "frozen"


class FreezeHandler(logging.Handler):
    """Stops its own process, once, at the event that the order file names."""

    def emit(self, record: logging.LogRecord) -> None:
        folder = Path(os.environ["FRAMEFLOW_DATA"])
        event = record.msg.get("event") if isinstance(record.msg, dict) else None
        try:
            if (folder / ORDER).read_text() != event:
                return
            (folder / ORDER).unlink()
        except FileNotFoundError:
            return
        facts = {"pid": os.getpid(), "parent": os.getppid(), "event": event}
        facts |= {"job": record.msg.get("correlation_id"), "fence": record.msg.get("fence")}
        draft = folder / f"{MARK}.draft"
        draft.write_text(json.dumps(facts))
        draft.rename(folder / MARK)
        os.kill(os.getpid(), signal.SIGSTOP)
