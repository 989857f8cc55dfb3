"""Why an extraction gives nothing."""

import signal


class ExtractionError(Exception):
    """An extraction that ended without a result.

    `code` is one of the published error codes, `detail` says what was seen (at most 400
    characters, none that steers a terminal), `retryable` whether the same video with the same
    options may succeed later.
    """

    retryable = False

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code, detail)
        self.code = code
        # It may quote the video.
        self.detail = "".join(
            each if each.isprintable() else "\N{REPLACEMENT CHARACTER}" for each in detail[:400]
        )

    def __str__(self) -> str:
        return f"{self.code}: {self.detail}" if self.detail else self.code


class Refused(ExtractionError):
    """The video or the options cannot be served, now or later.

    Codes: unreadable, no_video, unsupported_codec (`detail` is the codec), unsupported_type,
    encrypted, empty, too_long, too_many_frames, too_large.
    """


class ChildDied(ExtractionError):
    """The sandboxed child ended by one of its limits, by a signal, or talked nonsense.

    `reason` is memory, cpu, signal, protocol, wall clock, or crash with what it said; `signal` is
    the number where one killed it.
    """

    retryable = True

    def __init__(
        self, reason: str, signal_number: int | None = None, *, code: str = "poison"
    ) -> None:
        named = f" ({_name_of(signal_number)})" if signal_number else ""
        super().__init__(code, f"the decoding process ended: {reason}{named}")
        self.reason = reason
        self.signal = signal_number


class TimedOut(ChildDied):
    """The child was still working when its wall clock ran out."""

    def __init__(self) -> None:
        super().__init__("wall clock", code="timeout")


class Stopped(ExtractionError):
    """The caller asked to stop."""

    def __init__(self) -> None:
        super().__init__("stopped", "the caller asked to stop")


def _name_of(number: int) -> str:
    """Return a signal's name; those of real time have none."""
    known = {int(each): each.name for each in signal.Signals}
    return known.get(number, f"signal {number}")
