"""What comes with a frame besides its pixels."""

from collections.abc import Iterable
from typing import cast

from av.sidedata.sidedata import SideData, SideDataContainer, Type
from av.video.frame import VideoFrame


def side_data_of(frame: VideoFrame) -> dict[Type, bytes]:
    """Return the side data of a frame, each kind once.

    `frame.side_data` would bind the frame into a cycle, and its pixels (3 MB at 1080p) would wait
    for the garbage collector.
    """
    everything = SideDataContainer(frame)  # type: ignore[call-arg]  # the stub lacks it
    return {each.type: bytes(each) for each in cast(Iterable[SideData], everything)}
