"""Words of the protocol for uploads in pieces, tus 1.0.0: https://tus.io/protocols/resumable-upload"""

from base64 import b64encode


def metadata(**said: str) -> str:
    """Return `Upload-Metadata`."""
    return ",".join(f"{name} {b64encode(text.encode()).decode()}" for name, text in said.items())
