"""A clip to be looked at: the sun goes over a valley."""

from pathlib import Path
from typing import Any, Final

import av
import numpy as np
from numpy.typing import NDArray

from tests import media

SIZE: Final = (640, 360)
FPS: Final = 2
NOON: Final = np.array([[110, 170, 250], [200, 225, 250]], float)
DUSK: Final = np.array([[70, 50, 130], [250, 150, 110]], float)


def make_scenery(path: Path, seconds: int) -> Path:
    """Write the clip; returns its path."""
    with media.own_priority(), av.open(path, "w") as target:
        stream: Any = target.add_stream("libx264", rate=FPS, options={"preset": "ultrafast"})
        stream.width, stream.height, stream.pix_fmt = *SIZE, "yuv420p"
        stream.codec_context.thread_count = 1
        for number in range(seconds * FPS):
            pixels = _scene(number / (seconds * FPS))
            target.mux(stream.encode(av.VideoFrame.from_ndarray(pixels, format="rgb24")))
        target.mux(stream.encode(None))
    return path


def _scene(share: float) -> NDArray[np.uint8]:
    """Return the pixels of a moment, from 0 (morning) to 1 (evening)."""
    width, height = SIZE
    y, x = np.mgrid[0:height, 0:width]
    dusk = abs(2 * share - 1) ** 1.5
    top, bottom = NOON * (1 - dusk) + DUSK * dusk
    depth = (y / height)[..., None]
    sky = top * (1 - depth) + bottom * depth
    sun = np.hypot(x - width * share, y - height * (0.15 + 0.5 * (2 * share - 1) ** 2))
    sky = np.where((sun < height * 0.09)[..., None], (255, 236, 170), sky)
    light = 1 - 0.55 * dusk
    for level, waves, colour in ((0.62, 3, (92, 104, 150)), (0.78, 5, (58, 98, 84))):
        ridge = height * (level + 0.07 * np.sin(waves * x / width * np.pi + level * 9))
        sky = np.where((y > ridge)[..., None], np.array(colour) * light, sky)
    return sky.astype(np.uint8)
