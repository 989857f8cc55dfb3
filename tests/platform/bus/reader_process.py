"""A process that takes a message in hand and then stands still, until it is killed.

`python -m tests.platform.bus.reader_process URL CHANNEL CONSUMER` prints what it has in hand.
"""

import signal
import sys
import threading

from frameflow.bus.backends.redis_streams import RedisStreamsBackend


def main(url: str, channel: str, consumer: str) -> None:
    backend = RedisStreamsBackend(url=url, channel=channel)
    for delivery in backend.subscribe(consumer, threading.Event()):
        sys.stdout.write(f"{delivery.raw.decode()}\n")
        sys.stdout.flush()
        signal.pause()


if __name__ == "__main__":
    main(*sys.argv[1:])
