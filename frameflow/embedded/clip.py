"""`python -m frameflow.embedded.clip FILE.mp4`: a short film of a clock and a rising sun.

A process of its own, because only it needs PyAV.
"""

import sys
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

WIDTH, HEIGHT = 640, 360
FRAMES_PER_S = 12
LENGTH_S = 25
SUN_RADIUS = 50


def main(path: Path) -> None:
    """Write the film."""
    with av.open(str(path), "w", options={"movflags": "faststart"}) as container:
        stream = container.add_stream("libx264", rate=FRAMES_PER_S, options={"preset": "veryfast"})
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        for number in range(LENGTH_S * FRAMES_PER_S):
            picture = np.asarray(_picture(Fraction(number, FRAMES_PER_S)))
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        container.mux(stream.encode())


def _picture(at_s: Fraction) -> Image.Image:
    picture = Image.fromarray(_sky(at_s / LENGTH_S))
    pen = ImageDraw.Draw(picture)
    x = float(WIDTH * at_s / LENGTH_S)
    y = HEIGHT - 4 * (HEIGHT - 2 * SUN_RADIUS) * x * (WIDTH - x) / WIDTH**2
    pen.circle((x, y), SUN_RADIUS, fill=(255, 210, 80))
    words = f"00:{int(at_s):02d}"
    font = ImageFont.load_default(size=120)
    pen.text((WIDTH / 2, HEIGHT / 2), words, font=font, fill="white", anchor="mm", stroke_width=3)
    return picture


def _sky(part: Fraction) -> NDArray[np.uint8]:
    light = 1 - abs(2 * float(part) - 1)
    rows = np.linspace(0.3 + 0.5 * light, 0.1 + 0.3 * light, HEIGHT)[:, None, None]
    colour = np.array([90, 140, 230])[None, None, :]
    return np.broadcast_to(rows * colour, (HEIGHT, WIDTH, 3)).astype(np.uint8)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
