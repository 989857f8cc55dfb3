"""Secrets that are made once and kept in files that only their owner can read."""

import os
import secrets
import tempfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

PASSWORD_BYTES = 24
SECRET_KEY_BYTES = 48


def local_secrets(data_dir: Path) -> Mapping[str, str]:
    """Return SECRET_KEY and JWT_SIGNING_KEY (P-256, PEM) of a data folder, made on first use."""
    folder = data_dir / "secrets"
    return {
        "SECRET_KEY": kept(folder / "secret_key", lambda: secrets.token_urlsafe(SECRET_KEY_BYTES)),
        "JWT_SIGNING_KEY": kept(folder / "jwt_signing_key.pem", _signing_key),
    }


def with_local_secrets(environ: Mapping[str, str], data_dir: Path) -> dict[str, str]:
    """Return `environ` and the secrets that it does not give, by value or by file."""
    own = local_secrets(data_dir)
    missing = {name: own[name] for name in own if not environ.get(f"{name}_FILE")}
    return {**missing, **{name: value for name, value in environ.items() if value}}


def password(folder: Path, owner: str) -> str:
    """Return the password of a server's user, made on first use; safe inside a URL."""
    return kept(folder / f"{owner}_password", lambda: secrets.token_urlsafe(PASSWORD_BYTES))


def kept(path: Path, make: Callable[[], str]) -> str:
    """Return the text of a file; where it is missing, make it, and the first of us wins."""
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile("w", dir=path.parent) as draft:  # 0600
            draft.write(make())
            draft.flush()
            os.fsync(draft.fileno())
            with suppress(FileExistsError):
                os.link(draft.name, path)
    return path.read_text()


def _signing_key() -> str:
    # Only the first start needs it.
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    key = ec.generate_private_key(ec.SECP256R1())
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
