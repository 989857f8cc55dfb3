"""Variables of the environment: read as declared, or one clear line."""

from decimal import Decimal
from pathlib import Path

import pytest

from frameflow import variables
from frameflow.variables import limits, process, secrets, servers, web
from frameflow.variables.kinds import Variable

MALFORMED = [
    (limits.MAX_FRAMES, "many", "MAX_FRAMES must be a whole number, not 'many'."),
    (limits.MAX_FRAMES, "0", "MAX_FRAMES must be at least 1 and at most 100000, not 0."),
    (limits.MAX_UPLOAD_BYTES, "-1", "MAX_UPLOAD_BYTES must be at least 1, not -1."),
    (limits.FRAME_INTERVAL_S, "soon", "FRAME_INTERVAL_S must be a number, not 'soon'."),
    (limits.FRAME_INTERVAL_S, "NaN", "FRAME_INTERVAL_S must be at least 0.1 and at most 3600"),
    (web.SIGNUP, "maybe", "SIGNUP must be one of open, closed, not 'maybe'."),
    (servers.REDIS_URL, "http://host", "REDIS_URL must begin with redis:// or rediss:// or unix"),
    (process.PORT, "65536", "PORT must be at least 1 and at most 65535, not 65536."),
    (process.CONTEXTS_HERE, ",", "FRAMEFLOW_CONTEXTS must name something between its commas."),
    (secrets.SECRET_KEY, "", "SECRET_KEY_FILE cannot be read: No such file or directory."),
]


@pytest.mark.parametrize(("variable", "given", "sentence"), MALFORMED)
def test_a_malformed_value_stops_the_start_with_one_line(
    variable: Variable[object], given: str, sentence: str, tmp_path: Path
) -> None:
    environ = {variable.name: given, f"{variable.name}_FILE": str(tmp_path / "nowhere")}
    with pytest.raises(SystemExit) as stopped:
        variable.read(environ)
    assert str(stopped.value).startswith(f"Frame Flow cannot start: {sentence}")


def test_values_are_read_as_what_they_are() -> None:
    assert limits.MAX_UPLOAD_BYTES.read({"MAX_UPLOAD_BYTES": " 5_000 "}) == 5000
    assert limits.FRAME_INTERVAL_S.read({"FRAME_INTERVAL_S": "2.50"}) == Decimal("2.50")
    assert web.ALLOWED_HOSTS.read({"ALLOWED_HOSTS": "a.example, b.example,"}) == [
        "a.example",
        "b.example",
    ]


@pytest.mark.parametrize("environ", [{}, {"PORT": ""}, {"PORT": "  "}])
def test_an_empty_value_counts_as_missing(environ: dict[str, str]) -> None:
    assert process.PORT.read(environ) == 8000


def test_a_secret_may_stand_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("from a file\n")
    environ = {"SECRET_KEY_FILE": str(tmp_path / "key")}
    assert secrets.SECRET_KEY.read(environ) == "from a file"
    assert secrets.SECRET_KEY.read({**environ, "SECRET_KEY": "given"}) == "given"


def test_a_file_that_is_no_text_is_told_without_its_bytes(tmp_path: Path) -> None:
    (tmp_path / "key").write_bytes(b"\xffsecret")
    with pytest.raises(SystemExit, match=r"SECRET_KEY_FILE is not a text\.$"):
        secrets.SECRET_KEY.read({"SECRET_KEY_FILE": str(tmp_path / "key")})


def test_an_address_with_a_password_may_stand_in_a_file_and_is_looked_at(tmp_path: Path) -> None:
    (tmp_path / "url").write_text("redis://:secret@host/0\n")
    environ = {"REDIS_URL_FILE": str(tmp_path / "url")}
    assert servers.REDIS_URL.read(environ) == "redis://:secret@host/0"
    (tmp_path / "url").write_text("postgres://host")
    with pytest.raises(SystemExit, match="REDIS_URL must begin with redis://"):
        servers.REDIS_URL.read(environ)


def test_no_name_is_declared_twice() -> None:
    names = [each.name for section in variables.SECTIONS for each in variables.declared(section)]
    assert sorted(set(names)) == sorted(names)


def test_a_slip_of_the_pen_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FRAMEFLOW_DATUM", "/srv")
    with pytest.raises(SystemExit, match="unknown variable FRAMEFLOW_DATUM; known are FRAMEFLOW_C"):
        variables.refuse_unknown_names()
