"""Every hostile input, a module for each kind."""

from tests.hostile.inputs import (  # noqa: F401 - importing them registers the inputs
    avi_files,
    codecs,
    counts,
    flash,
    fragments,
    large_pictures,
    matroska,
    matroska_bombs,
    mp4_boxes,
    mp4_references,
    playlists,
    polyglots,
    program_streams,
    raw_streams,
    scripts,
    stated_texts,
    times,
    tracks,
    transport_streams,
)
