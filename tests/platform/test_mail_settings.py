"""EMAIL_URL."""

from pathlib import Path

import pytest
from django.core.mail import EmailMessage, get_connection

from frameflow.settings.mail import mail_settings


def test_without_a_url_each_mail_is_a_file_beside_the_data(tmp_path: Path) -> None:
    found = mail_settings("", tmp_path)

    server = get_connection(found["EMAIL_BACKEND"], file_path=found["EMAIL_FILE_PATH"])
    EmailMessage("Hello", "there", "a@example.com", ["b@example.com"], connection=server).send()

    [letter] = (tmp_path / "mail").iterdir()
    assert "Subject: Hello" in letter.read_text()


def test_a_url_names_the_server_and_asks_for_tls_by_itself(tmp_path: Path) -> None:
    found = mail_settings("smtp://me:p%40ss@mail.example", tmp_path)

    assert (found["EMAIL_HOST"], found["EMAIL_PORT"]) == ("mail.example", 587)
    assert (found["EMAIL_HOST_USER"], found["EMAIL_HOST_PASSWORD"]) == ("me", "p@ss")
    assert (found["EMAIL_USE_TLS"], found["EMAIL_USE_SSL"]) == (True, False)


def test_tls_can_be_left_out_or_come_first(tmp_path: Path) -> None:
    plain = mail_settings("smtp://localhost:1025?tls=0&from=F%20<f@example.com>", tmp_path)
    first = mail_settings("smtps://mail.example", tmp_path)

    assert (plain["EMAIL_USE_TLS"], plain["EMAIL_PORT"]) == (False, 1025)
    assert plain["DEFAULT_FROM_EMAIL"] == "F <f@example.com>"
    assert (first["EMAIL_USE_TLS"], first["EMAIL_USE_SSL"]) == (False, True)


@pytest.mark.parametrize("url", ["mail.example", "http://mail.example", "smtp://h:port"])
def test_a_malformed_url_stops_the_start_with_one_line(url: str, tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="EMAIL_URL"):
        mail_settings(url, tmp_path)
