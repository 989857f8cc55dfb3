"""Writes of upload: one verb, one unit of work each; every door calls them."""

from apps.upload.services.answers import (
    claim_key,
    forget_answers,
    free_key,
    keep_answer,
    note_alive,
    one_answer,
)
from apps.upload.services.closing import close_owner, empty_closed_accounts
from apps.upload.services.endings import extend_expiry, note_published, record_ending
from apps.upload.services.pieces import (
    begin_pieces,
    complete_arrived,
    complete_pieces,
    lose_upload,
    release_lease,
    save_offset,
    take_lease,
)
from apps.upload.services.progress import record_progress
from apps.upload.services.sources import remove_sources
from apps.upload.services.uploads import (
    abandon_upload,
    begin_upload,
    complete_upload,
    expire_silent_uploads,
    refuse_upload,
)
from apps.upload.services.wishes import (
    cancel_video,
    delete_video,
    extract_again,
    rename_video,
    retry_extraction,
)

__all__ = [
    "abandon_upload",
    "begin_pieces",
    "begin_upload",
    "cancel_video",
    "claim_key",
    "close_owner",
    "complete_arrived",
    "complete_pieces",
    "complete_upload",
    "delete_video",
    "empty_closed_accounts",
    "expire_silent_uploads",
    "extend_expiry",
    "extract_again",
    "forget_answers",
    "free_key",
    "keep_answer",
    "lose_upload",
    "note_alive",
    "note_published",
    "one_answer",
    "record_ending",
    "record_progress",
    "refuse_upload",
    "release_lease",
    "remove_sources",
    "rename_video",
    "retry_extraction",
    "save_offset",
    "take_lease",
]
