"""What will be read of a video is said beforehand, so that one wait is enough for much of it."""

from apps.processing.extraction.source import Source


def expect_head(source: Source, demuxer: str) -> None:
    """Expect all: bytes are nowhere named before they are read."""
    source.expect(0, source.size)
