"""Packets of AV1 with only the frames that wanted pictures are made from."""

from collections.abc import Callable, Sequence
from typing import cast

import av

from apps.processing.extraction.decoding.av1_headers import Unreadable
from apps.processing.extraction.decoding.av1_planning import CodedFrame, Slots, mark_needed
from apps.processing.extraction.opening.doubts import ticks_of
from apps.processing.extraction.opening.timing import VideoPacket


class Av1Reducer:
    """Reduces the packets of one run, from a key frame on; or leaves them as they are."""

    def __init__(self, extradata: bytes | None) -> None:
        self._extradata = extradata
        self.restart()

    def restart(self) -> None:
        """Forget all: another run begins."""
        self._is_plain = False
        try:
            self._slots = Slots(self._extradata)
        except Unreadable:
            self._is_plain = True

    def reduce(
        self,
        packets: Sequence[VideoPacket],
        is_wanted: Callable[[int], bool],
        *,
        may_continue: bool,
    ) -> Sequence[VideoPacket]:
        """Return what to decode of the next packets; `is_wanted` takes the ticks of a picture.

        `may_continue`: more packets of this run may follow, and refer to what is held now.
        """
        if self._is_plain:
            return packets
        try:
            units = [self._slots.follow(bytes(packet)) for packet in packets]
            shown = [unit.shown() for unit in units]
        except Unreadable:  # what was decoded so far holds all that can be referred to
            self._is_plain = True
            return packets
        held = self._slots.held()
        pairs = zip(shown, packets, strict=True)
        wanted = [frame for frame, packet in pairs if is_wanted(ticks_of(packet))]
        mark_needed([*wanted, *(held if may_continue else ())])
        self._forget_sources(held)
        parts = [(packet, unit.needed()) for packet, unit in zip(packets, units, strict=True)]
        return [_with_data(packet, data) for packet, data in parts if data]

    @staticmethod
    def _forget_sources(held: Sequence[CodedFrame]) -> None:
        """Let go of what lies behind frames that are decoded."""
        for frame in held:
            frame.sources = ()


def _with_data(packet: VideoPacket, data: bytes) -> VideoPacket:
    if len(data) == packet.size:
        return packet
    reduced = cast("VideoPacket", av.Packet(data))
    reduced.pts, reduced.dts = packet.pts, packet.dts
    reduced.time_base, reduced.duration = packet.time_base, packet.duration
    return reduced
