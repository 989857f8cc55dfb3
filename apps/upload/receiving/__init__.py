"""How a file comes in, at whichever door: its bytes go into the store while they arrive.

No temporary file, no body in memory, no database connection held meanwhile, and not a byte kept
of a form that was not ours.
"""

from apps.upload.receiving.doors import accept, check_accepted, take_in
from apps.upload.receiving.forgery import is_multipart, postpone_check
from apps.upload.receiving.incoming import Heard, IncomingVideo, abandon
from apps.upload.receiving.multipart import FIELD, check_announced, receive
from apps.upload.receiving.pieces import Checksum, take_piece
from apps.upload.receiving.settling import settled
from apps.upload.receiving.under_way import under_way

__all__ = [
    "FIELD",
    "Checksum",
    "Heard",
    "IncomingVideo",
    "abandon",
    "accept",
    "check_accepted",
    "check_announced",
    "is_multipart",
    "postpone_check",
    "receive",
    "settled",
    "take_in",
    "take_piece",
    "under_way",
]
