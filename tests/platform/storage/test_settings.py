"""Which store the variables choose."""

from pathlib import Path

import pytest

from frameflow.settings.objects import object_store
from frameflow.storage.s3 import S3Store

GIVEN = {
    "S3_BUCKET": "frames",
    "S3_PREFIX": "tenant/",
    "S3_ENDPOINT_URL": "http://s3:8333",
    "S3_ADDRESSING_STYLE": "path",
    "AWS_REGION": "eu-west-1",
    "AWS_ACCESS_KEY_ID": "us",
}


def test_without_a_bucket_objects_lie_in_the_data_folder(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("S3_BUCKET", raising=False)
    chosen = object_store(tmp_path)
    assert chosen["BACKEND"].endswith("FilesystemStore")
    assert chosen["OPTIONS"] == {"root": str(tmp_path / "objects")}


def test_a_bucket_is_reached_as_the_variables_say(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "secret").write_text("ours\n")
    given = GIVEN | {"AWS_SECRET_ACCESS_KEY_FILE": str(tmp_path / "secret")}
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    store = S3Store(**object_store(tmp_path)["OPTIONS"])
    client = store._bucket.client
    link = client.generate_presigned_url("get_object", {"Bucket": "frames", "Key": "tenant/a"})
    assert link.startswith("http://s3:8333/frames/tenant/a?")
    assert "us%2F" in link
    assert "eu-west-1" in link


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("S3_BUCKET", "Frames", "S3_BUCKET must be the name of a bucket"),
        ("S3_BUCKET", "our..frames", "S3_BUCKET must be the name of a bucket"),
        ("S3_PREFIX", "/tenant", "S3_PREFIX must be empty or end with /"),
        ("S3_ENDPOINT_URL", "s3:8333", "S3_ENDPOINT_URL must begin with http:// or https://"),
        ("S3_PREFIX", "a/" * 257, "S3_PREFIX must be empty or end with /, at most 512"),
        ("S3_ENDPOINT_URL", "http://", "S3_ENDPOINT_URL must look like https://host:port"),
        ("S3_ENDPOINT_URL", "http://s3:99999", "S3_ENDPOINT_URL must look like https://host"),
        ("S3_ENDPOINT_URL", "http://us:key@s3", "S3_ENDPOINT_URL must look like https://host"),
        ("S3_PUBLIC_ENDPOINT_URL", "https://[::1", "S3_PUBLIC_ENDPOINT_URL must look like https"),
        ("S3_PUBLIC_ENDPOINT_URL", "https://s3?x=1", "S3_PUBLIC_ENDPOINT_URL must look like"),
        ("AWS_REGION", "eu west/1", "AWS_REGION must be the name of a region"),
        ("S3_ADDRESSING_STYLE", "host", "S3_ADDRESSING_STYLE must be one of auto, path, virtual"),
    ],
)
def test_a_malformed_value_stops_the_start(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str, value: str, sentence: str
) -> None:
    for each, usual in {**GIVEN, name: value}.items():
        monkeypatch.setenv(each, usual)
    with pytest.raises(SystemExit, match=sentence):
        object_store(tmp_path)
