"""The manifest of very many frames."""

import tracemalloc

from apps.processing.extraction import manifest_csv, manifest_json
from apps.processing.extraction.manifest import Row

ROW: Row = {
    **{"index": 1, "requested_s": 0.5, "pts_s": 0.48, "file": "0001_00-00-00.500.jpg"},
    **{"width": 1920, "height": 1080, "bytes": 100_000, "sha256": "0123456789abcdef" * 4},
}


def test_it_takes_no_more_memory_to_write_than_twice_its_bytes() -> None:
    manifest: dict[str, object] = {"video": {"name": "über.mp4"}, "frames": [ROW] * 20_000}
    for write in (manifest_json, manifest_csv):
        tracemalloc.start()
        written = write(manifest)
        _, peak_bytes = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert peak_bytes < 2 * len(written) + 100_000
