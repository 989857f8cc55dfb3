"""Mail: to a server by URL, or into files beside the data."""

from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from frameflow.variables import stop

BACKENDS = "django.core.mail.backends"
TIMEOUT_S = 10
PORTS = {"smtp": 587, "smtps": 465}


def mail_settings(url: str, data_dir: Path) -> dict[str, Any]:
    """Return the EMAIL settings for `smtp://user:password@host:port?tls=1&from=Name <address>`.

    `smtp` starts TLS unless `tls=0`; `smtps` speaks TLS from the first byte. Without a URL each
    mail becomes a file in `data_dir/mail`.
    """
    if not url:
        return {
            "EMAIL_BACKEND": f"{BACKENDS}.filebased.EmailBackend",
            "EMAIL_FILE_PATH": str(data_dir / "mail"),
            "DEFAULT_FROM_EMAIL": "Frame Flow <frameflow@localhost>",
        }
    parts = urlsplit(url)
    if parts.scheme not in PORTS or not parts.hostname:
        stop("EMAIL_URL must look like smtp://user:password@host:587.")
    return _smtp(parts.scheme, parts.hostname, _port(url), parts.username, parts.password) | {
        "EMAIL_USE_TLS": parts.scheme == "smtp" and _option(url, "tls", "1") not in {"0", "false"},
        "DEFAULT_FROM_EMAIL": _option(url, "from", f"Frame Flow <frameflow@{parts.hostname}>"),
    }


def _smtp(
    scheme: str, host: str, port: int, user: str | None, password: str | None
) -> dict[str, Any]:
    return {
        "EMAIL_BACKEND": f"{BACKENDS}.smtp.EmailBackend",
        "EMAIL_HOST": host,
        "EMAIL_PORT": port,
        "EMAIL_HOST_USER": unquote(user or ""),
        "EMAIL_HOST_PASSWORD": unquote(password or ""),
        "EMAIL_USE_SSL": scheme == "smtps",
        "EMAIL_TIMEOUT": TIMEOUT_S,
    }


def _port(url: str) -> int:
    parts = urlsplit(url)
    try:
        return parts.port or PORTS[parts.scheme]
    except ValueError:
        stop("EMAIL_URL has no valid port.")


def _option(url: str, name: str, default: str) -> str:
    return parse_qs(urlsplit(url).query).get(name, [default])[0]
