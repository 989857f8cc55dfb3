"""How the command ends before its time: at once, without a word, and nothing is left behind."""

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from types import FrameType
from typing import Final

#: Of 128 + the signal's number, as shells count.
ENDING: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

_cleaners: list[Callable[[], None]] = []


def end_at_signals() -> None:
    """End at Ctrl-C, SIGTERM and SIGHUP, but for one that is ignored already (`nohup`)."""
    for number in ENDING:
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, _end)


@contextmanager
def cleaning(clean: Callable[[], None]) -> Iterator[None]:
    """Call `clean` afterwards, however this ends; it may be called twice, and in between."""
    _cleaners.append(clean)
    try:
        yield
    finally:
        clean()
        _cleaners.remove(clean)


@contextmanager
def undivided() -> Iterator[None]:
    """Let a signal wait for the end of the block, which is short."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, ENDING)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _end(number: int, _: FrameType | None) -> None:
    """Raise nothing: an exception could come where nobody is ready for it.

    The decoder's processes end with this one.
    """
    for clean in reversed(_cleaners):
        with suppress(Exception):
            clean()
    os._exit(128 + number)
