"""What makes the group way give up; decoding everything in sequence is never wrong."""

from typing import Final

from apps.processing.extraction.opening.timing import VideoPacket

#: Side data after which a decoder is no longer what it was at the start of the file.
TELLING_SIDE_DATA: Final = frozenset({"new_extradata", "param_change", "encryption_info"})


class Doubt(Exception):
    """Something without which a wanted frame cannot be named, or decoded, for certain."""


def check_packet(packet: VideoPacket, latest_ticks: int) -> None:
    """Raise Doubt for a packet that is damaged, has no time, or changes the decoder."""
    if packet.is_corrupt:
        raise Doubt("a damaged packet")
    shown_at = ticks_of(packet)
    if shown_at > latest_ticks:
        raise Doubt("a picture later than a video may last")
    if packet.dts is not None and shown_at < packet.dts:
        raise Doubt("a packet that is shown before it is decoded")
    if any(each.data_type in TELLING_SIDE_DATA for each in packet.iter_sidedata()):
        raise Doubt("the stream changes")


def ticks_of(packet: VideoPacket) -> int:
    """Return when a packet is shown, in ticks of its stream; raises Doubt where it says none."""
    if packet.pts is None:
        raise Doubt("a packet without a time")
    return packet.pts
