"""Our JPEG against ffmpeg's own, and PNG against what it was made of."""

import io

import av
import numpy as np
import pytest

from apps.processing.extraction.pictures.converting import Converter
from apps.processing.extraction.pictures.pictures import FORMATS
from benchmarks.picture_quality import (
    BT601,
    DRAWN,
    drawn,
    errors,
    ours,
    planes_of,
    theirs,
    theirs_at,
    turned,
)


@pytest.mark.parametrize("content", DRAWN)
def test_a_jpeg_is_as_good_as_that_of_ffmpeg_at_the_same_size(content: str) -> None:
    frame = drawn(*DRAWN[content])
    our = errors(ours(frame, "jpg"), turned(planes_of(frame), to=BT601))
    assert our.together >= theirs_at(our.size_bytes, frame).together - 0.1
    assert our.size_bytes <= 1.05 * len(theirs(frame, "2"))
    assert our.luma >= 39


def test_a_png_loses_nothing() -> None:
    frame = drawn(*DRAWN["fractal"])
    picture = Converter(FORMATS["png"].pixels).convert(frame, (frame.width, frame.height))
    with av.open(io.BytesIO(ours(frame, "png"))) as image:
        seen = next(image.decode(video=0)).to_ndarray(format="rgb24")
    assert np.array_equal(seen, picture.to_ndarray())
