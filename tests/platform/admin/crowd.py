"""A hundred thousand rows of every aggregate, made by the database itself."""

from django.conf import settings
from django.db import connections

#: The extraction number `n` of a crowd, and what it says about video and owner.
_EXTRACTION = "md5('e' || n)::uuid"
_VIDEO = "md5('v' || n)::uuid"
_OWNER = "md5('o' || n %% 5000)::uuid"
_IDS = f"{_EXTRACTION}, {_VIDEO}, {_OWNER}"
_AGE = "now() - n * interval '1 minute'"
_SERIES = "FROM generate_series(%s + 1, %s) AS n"
#: Most are ready; a few of each other kind, as after a long time.
_STATE = (
    "CASE WHEN n %% 50 = 0 THEN 'failed' WHEN n %% 997 = 0 THEN 'processing' "
    "WHEN n %% 100 = 1 THEN 'cancelled' ELSE 'ready' END"
)
_ERROR = (
    "CASE WHEN n %% 50 = 0 THEN "
    """'{"code": "unreadable", "detail": "", "retryable": false}'::jsonb END"""
)

_CROWD = {
    "auth": [
        "INSERT INTO account (id, password, is_superuser, email, name, language, wants_notices, "
        "is_staff, is_active, created_at) "
        f"SELECT {_VIDEO}, '', false, 'p' || n || '@example.com', '', 'en', false, false, true, "
        f"{_AGE} {_SERIES}",
        "INSERT INTO notice (extraction_id, run, kind, video_id, owner_id, due_at, is_void) "
        f"SELECT {_EXTRACTION}, 1, 'ready', {_VIDEO}, {_OWNER}, {_AGE}, n %% 7 = 0 {_SERIES}",
        "INSERT INTO api_token (id, user_id, name, prefix, digest, can_write) "
        f"SELECT {_EXTRACTION}, {_VIDEO}, 'laptop', 'ff_1', md5('d' || n), n %% 2 = 0 {_SERIES}",
        "INSERT INTO django_admin_log (action_time, object_id, object_repr, action_flag, "
        "change_message, user_id, content_type_id) "
        f"SELECT {_AGE}, {_VIDEO}::text, 'video', 2, 'retry: done', {_VIDEO}, "
        f"(SELECT min(id) FROM django_content_type) {_SERIES}",
    ],
    "upload": [
        f"INSERT INTO quota (owner_id, used_bytes) SELECT {_VIDEO}, n * 1000 {_SERIES}",
        "INSERT INTO video (id, owner_id, name, state, source_key, source_type, source_bytes, "
        "source_sha256, booked_bytes, created_at, updated_at, sweeps_left) "
        f"SELECT {_VIDEO}, {_OWNER}, 'video ' || n || '.mp4', 'stored', 'k', 'video/mp4', "
        f"n * 1000, '', 0, {_AGE}, now(), 0 {_SERIES}",
        "INSERT INTO extraction (id, video_id, extraction_no, run, state, options, requested_at, "
        "warnings, published_run, booked_bytes, progress_fence, step, percent, frames_done, error) "
        f"SELECT {_EXTRACTION}, {_VIDEO}, 1, 1, {_STATE}, '{{}}', {_AGE}, '[]', 1, 0, 0, "
        f"'extracting', 40, 5, {_ERROR} {_SERIES}",
    ],
    "processing": [
        "INSERT INTO processing_job (extraction_id, video_id, owner_id, extraction_no, run, state, "
        "fence, tries, child_deaths, source_key, source_bytes, options, queued_at, worker, steps, "
        "updated_at, sweeps_left) "
        f"SELECT {_IDS}, 1, 1, 'done', 1, 1, 0, 'k', 10, '{{}}', {_AGE}, 'w', '[]', now(), 0 "
        f"{_SERIES}",
        "INSERT INTO frame (job_id, index, requested_ms, pts_ms, key, width, height, size_bytes, "
        f"sha256) SELECT {_EXTRACTION}, 1, 0, 0, 'k', 64, 48, 900, '' {_SERIES}",
    ],
    "download": [
        "INSERT INTO archive (extraction_id, video_id, owner_id, extraction_no, run, state, "
        "outcome, image_format, zip_key, zip_bytes, zip_sha256, manifest_key, frames_prefix, "
        "frames, progress_fence, progress_prefix, frames_done, created_at, updated_at) "
        f"SELECT {_IDS}, 1, 1, 'ready', '', 'jpg', 'k', 10, '', '', '', 13, 0, '', 0, {_AGE}, "
        f"now() {_SERIES}",
        "INSERT INTO share (id, archive_id, name, prefix, digest, created_at, expires_at) "
        f"SELECT {_VIDEO}, {_EXTRACTION}, 'clip.mp4', 'Zm9v', md5('s' || n), {_AGE}, {_AGE} "
        f"{_SERIES}",
    ],
    "orchestration": [
        "INSERT INTO saga (extraction_id, video_id, owner_id, extraction_no, run, state, "
        f"created_at, updated_at) SELECT {_IDS}, 1, 1, {_STATE}, {_AGE}, now() {_SERIES}",
    ],
}

_MESSAGES = [
    "INSERT INTO outbox_message (id, type, version, correlation_id, producer, payload, "
    "occurred_at, created_at, attempts, done_at) "
    f"SELECT {_VIDEO}, 'FILE_UPLOADED', 1, {_EXTRACTION}, 'upload', '{{}}', {_AGE}, {_AGE}, 1, "
    f"CASE WHEN n %% 5000 > 0 THEN now() END {_SERIES}",
    "INSERT INTO outbox_delivery (message_id, consumer, acked_at) "
    f"SELECT {_VIDEO}, 'orchestration', CASE WHEN n %% 5000 > 0 THEN now() END {_SERIES}",
    "INSERT INTO inbox_message (message_id, consumer, type, correlation_id, received_at, "
    "handled_at, attempts, last_error) "
    f"SELECT {_VIDEO}, 'x', 'EXTRACTION_ENDED', {_EXTRACTION}, {_AGE}, "
    f"CASE WHEN n %% 5000 > 0 THEN now() END, 1, '' {_SERIES}",
]


def make_crowd(last: int, *, messages_of: str, after: int = 0) -> None:
    """Insert rows up to a number of each aggregate; messages for one context. Statistics are
    fresh."""
    for alias in (context.alias for context in settings.ACTIVE_CONTEXTS):
        statements = [*_CROWD[alias], *(_MESSAGES if alias == messages_of else [])]
        with connections[alias].cursor() as cursor:
            cursor.execute("SET LOCAL max_parallel_workers_per_gather = 0")  # one process works
            for statement in statements:
                cursor.execute(statement, [after, last])
                table = statement.split()[2]
                cursor.execute(f"ANALYZE {table}")  # by name: a lock on all would stop the others
