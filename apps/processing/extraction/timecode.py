"""Times as people write them, kept exact."""

import re
from fractions import Fraction

_TIME = re.compile(r"(?:(?:(\d{1,4}):)?(\d{1,4}):)?(\d{1,9}(?:\.\d{0,9})?|\.\d{1,9})", re.ASCII)


def parse_time(text: str) -> Fraction:
    """Return the exact seconds of `90`, `2.5`, `01:30` or `00:01:30.5`; raises ValueError."""
    match = _TIME.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"{text!r} is not a time: use seconds or HH:MM:SS")
    hours, minutes, seconds = match.groups()
    return int(hours or 0) * 3600 + int(minutes or 0) * 60 + Fraction(seconds)


def file_name(index: int, time_s: Fraction, image_format: str) -> str:
    """Return the name inside the ZIP, `0002_00-00-02.500.jpg`; `.mmm` only where needed."""
    whole_s, rest_s = divmod(time_s, 1)
    minutes, seconds = divmod(int(whole_s), 60)
    hours, minutes = divmod(minutes, 60)
    fraction = f".{int(rest_s * 1000):03d}" if rest_s else ""
    return f"{index:04d}_{hours:02d}-{minutes:02d}-{seconds:02d}{fraction}.{image_format}"
