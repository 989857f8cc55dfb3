"""The tables of MPEG-TS: which programs there are, and which streams they have."""


def checksum(data: bytes) -> bytes:
    """Return MPEG's CRC-32 of a table."""
    remainder = 0xFFFFFFFF
    for byte in data:
        remainder ^= byte << 24
        for _ in range(8):
            remainder = (remainder << 1 ^ (0x04C11DB7 if remainder >> 31 else 0)) & 0xFFFFFFFF
    return remainder.to_bytes(4)


def table(kind: int, number: int, body: bytes, version: int = 0) -> bytes:
    """Return a section of a table."""
    length = (0xB000 | len(body) + 9).to_bytes(2)
    head = bytes([kind]) + length + number.to_bytes(2) + bytes([0xC1 | version % 32 << 1, 0, 0])
    return head + body + checksum(head + body)


def packets(pid: int, payload: bytes, first: int = 0) -> bytes:
    """Return the packets of a section."""
    data, found = b"\0" + payload, b""
    for number, at in enumerate(range(0, len(data), 184)):
        begins = 0x4000 if at == 0 else 0
        head = b"\x47" + (begins | pid).to_bytes(2) + bytes([0x10 | (first + number) % 16])
        found += head + data[at : at + 184].ljust(184, b"\xff")
    return found


def programs(*pids: int, version: int = 0) -> bytes:
    """Return the table of the programs, the first 250 of them."""
    body = b"".join(
        (number % 65535 + 1).to_bytes(2) + (0xE000 | pid).to_bytes(2)
        for number, pid in enumerate(pids[:250])
    )
    return packets(0, table(0, 1, body, version))


def streams(pid: int, kinds: dict[int, int], version: int = 0) -> bytes:
    """Return the table of a program: the kind of each stream."""
    body = b"\xe1\0\xf0\0" + b"".join(
        bytes([kind]) + (0xE000 | stream).to_bytes(2) + b"\xf0\0" for stream, kind in kinds.items()
    )
    return packets(pid, table(2, 1, body, version))
