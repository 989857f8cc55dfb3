"""RIFF, of which AVI is made: chunks, and lists of them."""


def le(*numbers: int) -> bytes:
    """Return numbers of four bytes, the lowest byte first."""
    return b"".join((number & 0xFFFFFFFF).to_bytes(4, "little") for number in numbers)


def chunk(kind: bytes, *parts: bytes) -> bytes:
    """Return a RIFF chunk."""
    body = b"".join(parts)
    return kind + le(len(body)) + body + b"\0" * (len(body) % 2)


def listed(kind: bytes, *parts: bytes) -> bytes:
    """Return a list of chunks."""
    return chunk(b"LIST", kind, *parts)
