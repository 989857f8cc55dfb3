"""Very much that waits: jobs, uploads, messages that nobody acknowledged, handlers that fail."""

MESSAGES = """
WITH said AS (
  INSERT INTO outbox_message (id, type, version, correlation_id, producer, payload, occurred_at,
    created_at, next_attempt_at, attempts)
  SELECT gen_random_uuid(), 'FILE_UPLOADED', 1, gen_random_uuid(), 'upload', '{{}}', now(),
    now(), now(), i %% 20 FROM generate_series(1, {rows}) i
  RETURNING id
) INSERT INTO outbox_delivery (message_id, consumer) SELECT id, 'download' FROM said;
INSERT INTO inbox_message (message_id, consumer, type, correlation_id, attempts, last_error)
SELECT gen_random_uuid(), 'upload', 'FILE_UPLOADED', gen_random_uuid(), 9, 'no'
FROM generate_series(1, {rows});
"""
UPLOADS = """
INSERT INTO video (id, owner_id, name, state, source_key, source_type, source_bytes, source_sha256,
  booked_bytes, updated_at, sweeps_left)
SELECT gen_random_uuid(), gen_random_uuid(), '', 'uploading', '', '', 0, '', 0, now(), 0
FROM generate_series(1, {rows});
"""
JOBS = """
INSERT INTO processing_job (extraction_id, video_id, owner_id, extraction_no, run, state, fence,
  tries, child_deaths, source_key, source_bytes, source_sha256, options, lease_until, worker, steps,
  updated_at, sweeps_left)
SELECT gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), 1, 1,
  CASE i %% 2 WHEN 0 THEN 'queued' ELSE 'running' END, 1, 1, 0, '', 0, '', '{{}}',
  now() - interval '1 hour', '', '[]', now(), 0
FROM generate_series(1, 2 * {rows}) i;
"""
SAGAS = """
INSERT INTO saga (
  extraction_id, video_id, owner_id, extraction_no, run, state, timer_at, updated_at)
SELECT gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), 1, 1, 'processing',
  now() - interval '1 hour', now()
FROM generate_series(1, {rows});
"""
#: No statement may take very long.
AT_ONCE = 10_000


def fill(rows: int) -> None:
    """Insert so many rows of each kind."""
    for at_once in [AT_ONCE] * (rows // AT_ONCE) + [rows % AT_ONCE]:
        _fill(at_once)


def _fill(rows: int) -> None:
    from django.conf import settings
    from django.db import connections

    own = {"upload": UPLOADS, "processing": JOBS, "orchestration": SAGAS}
    for context in settings.ACTIVE_CONTEXTS:
        with connections[context.alias].cursor() as cursor:
            for query in (MESSAGES, own.get(context.alias, "")):
                for statement in query.format(rows=rows).replace("%%", "%").split(";"):
                    if statement.strip():
                        cursor.execute(statement)
