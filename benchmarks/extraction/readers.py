"""What people write with the libraries of Python: one frame each so many seconds, as JPEG.

    python -m benchmarks.extraction.readers opencv-loop VIDEO INTERVAL FOLDER

Each counts frames as a careful person does, the frame for t being number int(t * rate), and loads
its own library only.
"""

import sys
from collections.abc import Callable
from fractions import Fraction
from itertools import count
from typing import Any

QUALITY = 90


def opencv_loop(video: str, interval_s: Fraction, folder: str) -> None:
    """Read every frame."""
    import cv2

    capture = cv2.VideoCapture(video)
    places = _places(interval_s, capture.get(cv2.CAP_PROP_FPS))
    place, wanted = next(places), 0
    for number in count():
        is_read, picture = capture.read()
        if not is_read:
            return
        if number == place:
            _save_with_opencv(picture, folder, wanted)
            place, wanted = next(places), wanted + 1


def opencv_seek(video: str, interval_s: Fraction, folder: str) -> None:
    """Set the position in milliseconds for each frame."""
    import cv2

    capture = cv2.VideoCapture(video)
    total = int(capture.get(cv2.CAP_PROP_FRAME_COUNT))
    places = _places(interval_s, capture.get(cv2.CAP_PROP_FPS))
    for wanted in range(total):
        if next(places) >= total:
            return
        capture.set(cv2.CAP_PROP_POS_MSEC, float(wanted * interval_s * 1000))
        is_read, picture = capture.read()
        if is_read:
            _save_with_opencv(picture, folder, wanted)


def _save_with_opencv(picture: Any, folder: str, wanted: int) -> None:
    import cv2

    cv2.imwrite(f"{folder}/{wanted:05d}.jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, QUALITY])


def pyav(video: str, interval_s: Fraction, folder: str) -> None:
    """Decode every frame, and save those that are due."""
    import av

    with av.open(video) as container:
        rate = container.streams.video[0].average_rate or Fraction(25)
        places = _places(interval_s, rate)
        place, wanted = next(places), 0
        for number, frame in enumerate(container.decode(video=0)):
            if number == place:
                frame.to_image().save(f"{folder}/{wanted:05d}.jpg", quality=QUALITY)
                place, wanted = next(places), wanted + 1


def decord(video: str, interval_s: Fraction, folder: str) -> None:
    """Ask for all frames by their numbers at once."""
    from decord import VideoReader
    from PIL import Image

    reader = VideoReader(video)
    wanted: list[int] = []
    for place in _places(interval_s, reader.get_avg_fps()):
        if place >= len(reader):
            break
        wanted.append(place)
    for number, picture in enumerate(reader.get_batch(wanted).asnumpy()):
        Image.fromarray(picture).save(f"{folder}/{number:05d}.jpg", quality=QUALITY)


def imageio(video: str, interval_s: Fraction, folder: str) -> None:
    """Read every frame through a pipe from ffmpeg."""
    from imageio import get_reader, imwrite

    with get_reader(video, "ffmpeg") as reader:
        places = _places(interval_s, reader.get_meta_data()["fps"])
        place, wanted = next(places), 0
        for number, picture in enumerate(reader):
            if number == place:
                imwrite(f"{folder}/{wanted:05d}.jpg", picture, quality=QUALITY)
                place, wanted = next(places), wanted + 1


def _places(interval_s: Fraction, rate: float | Fraction) -> Any:
    """Yield which frame is shown at each time."""
    exact = Fraction(rate).limit_denominator(1001)
    return (int(number * interval_s * exact) for number in count())


READERS: dict[str, Callable[[str, Fraction, str], None]] = {
    "opencv-loop": opencv_loop,
    "opencv-seek": opencv_seek,
    "pyav": pyav,
    "decord": decord,
    "imageio": imageio,
}

if __name__ == "__main__":
    name, given_video, given_interval, given_folder = sys.argv[1:]
    READERS[name](given_video, Fraction(given_interval), given_folder)
