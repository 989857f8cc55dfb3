"""Which change of which row must have said what.

State and outbox of a context lie in one database, and each rule is one statement: it sees both at
the same moment, whatever goes on.
"""

from dataclasses import dataclass

from frameflow.operations.invariants.evidence import Breaches, asked


@dataclass(frozen=True)
class Rule:
    """A query whose rows are breaches, and the sentence that each of them makes."""

    alias: str
    sentence: str
    query: str

    def breaches(self) -> Breaches:
        """Yield a sentence for each row."""
        yield from (self.sentence.format(*row) for row in asked(self.alias, self.query))


TRANSITIONS = (
    Rule(
        "upload",
        "extraction {} run {} was wished {} times",
        """
        SELECT e.id, r.run, count(m.id)
        FROM extraction e CROSS JOIN LATERAL generate_series(1, e.run) AS r(run)
        LEFT JOIN outbox_message m ON m.correlation_id = e.id
          AND (m.payload->>'run')::int = r.run
          AND m.type = CASE WHEN e.extraction_no = 1 AND r.run = 1
                       THEN 'FILE_UPLOADED' ELSE 'EXTRACTION_REQUESTED' END
        GROUP BY 1, 2 HAVING count(m.id) <> 1
        """,
    ),
    Rule(
        "upload",
        "{} of extraction {} run {} speaks of what is not there",
        """
        SELECT m.type, m.correlation_id, m.payload->>'run' FROM outbox_message m
        LEFT JOIN extraction e ON e.id = m.correlation_id AND e.run >= (m.payload->>'run')::int
        WHERE m.type IN ('FILE_UPLOADED', 'EXTRACTION_REQUESTED', 'CANCEL_REQUESTED')
          AND e.id IS NULL
        """,
    ),
    Rule(
        "upload",
        "extraction {} is {} in run {}, with {} CANCEL_REQUESTED",
        """
        SELECT e.id, e.state, e.run, count(m.id) FROM extraction e
        LEFT JOIN outbox_message m ON m.correlation_id = e.id
          AND m.type = 'CANCEL_REQUESTED' AND (m.payload->>'run')::int = e.run
        GROUP BY 1, 2, 3
        HAVING count(m.id) > 1 OR (e.state IN ('cancelling', 'cancelled') AND count(m.id) = 0)
        """,
    ),
    Rule(
        "upload",
        "video {} is {}, with {} VIDEO_DELETED",
        """
        SELECT v.id, v.state, count(m.id) FROM video v
        LEFT JOIN outbox_message m ON m.type = 'VIDEO_DELETED'
          AND (m.payload->>'video_id')::uuid = v.id
        GROUP BY v.id
        HAVING count(m.id) <> (v.state = 'deleted' AND v.stored_at IS NOT NULL)::int
        """,
    ),
    Rule(
        "orchestration",
        "saga {} run {} became {} {} times and said so {} times",
        """
        SELECT id, run, word, coalesce(s.n, 0), coalesce(m.n, 0) FROM (
          SELECT saga_id AS id, run, to_state AS word, count(*) AS n FROM saga_step
          WHERE heard <> 'EXPIRY_EXTENDED' GROUP BY 1, 2, 3
        ) s FULL JOIN (
          SELECT correlation_id AS id, (payload->>'run')::int AS run, CASE type
            WHEN 'PROCESS_FILE' THEN 'processing' ELSE payload->>'outcome' END AS word,
            count(*) AS n
          FROM outbox_message WHERE type IN ('PROCESS_FILE', 'EXTRACTION_ENDED') GROUP BY 1, 2, 3
        ) m USING (id, run, word)
        WHERE s.n IS DISTINCT FROM 1 OR m.n IS DISTINCT FROM 1
        """,
    ),
    Rule(
        "orchestration",
        "saga {} is {} run {}, its last step said otherwise",
        """
        SELECT s.extraction_id, s.state, s.run FROM saga s LEFT JOIN LATERAL (
          SELECT to_state, run FROM saga_step WHERE saga_id = s.extraction_id
          ORDER BY id DESC LIMIT 1
        ) last ON true
        WHERE (s.state, s.run) IS DISTINCT FROM
          (coalesce(last.to_state, 'none'), coalesce(last.run, 0))
        """,
    ),
    Rule(
        "processing",
        "job {} is {} in run {} at fence {}, and said so {} times",
        """
        SELECT j.extraction_id, j.state, j.run, j.fence, count(m.id) FROM processing_job j
        LEFT JOIN outbox_message m ON m.correlation_id = j.extraction_id
          AND m.type = CASE j.state WHEN 'done' THEN 'FILE_PROCESSED' ELSE 'FILE_FAILED' END
          AND (m.payload->>'run')::int = j.run AND (m.payload->>'fence')::int = j.fence
        WHERE j.state IN ('done', 'failed')
        GROUP BY 1 HAVING count(m.id) <> 1
        """,
    ),
    Rule(
        "processing",
        "job {} run {} was decided {} times",
        """
        SELECT m.correlation_id, m.payload->>'run', count(*) FROM outbox_message m
        WHERE m.type IN ('FILE_PROCESSED', 'FILE_FAILED') GROUP BY 1, 2 HAVING count(*) > 1
        """,
    ),
    Rule(
        "processing",
        "job {} is {} in run {}, which was decided before",
        """
        SELECT j.extraction_id, j.state, j.run FROM processing_job j
        JOIN outbox_message m ON m.correlation_id = j.extraction_id
          AND m.type IN ('FILE_PROCESSED', 'FILE_FAILED') AND (m.payload->>'run')::int = j.run
        WHERE j.state IN ('queued', 'running')
        """,
    ),
    Rule(
        "download",
        "archive {} is {} in run {}, published {} times",
        """
        SELECT a.extraction_id, a.state, a.run, count(m.id) FROM archive a
        LEFT JOIN outbox_message m ON m.correlation_id = a.extraction_id
          AND m.type = 'ARCHIVE_PUBLISHED' AND (m.payload->>'run')::int = a.run
        GROUP BY 1 HAVING count(m.id) > 1 OR (a.state = 'ready' AND count(m.id) = 0)
        """,
    ),
    Rule(
        "auth",
        "account {} was closed {}, with {} USER_DELETED",
        """
        SELECT a.id, a.deleted_at, count(m.id) FROM account a
        LEFT JOIN outbox_message m ON m.type = 'USER_DELETED'
          AND (m.payload->>'user_id')::uuid = a.id
        GROUP BY 1 HAVING count(m.id) <> (a.deleted_at IS NOT NULL)::int
        """,
    ),
)
