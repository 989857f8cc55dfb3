"""Objects in a bucket of Amazon S3, or of a server that speaks its language."""

from frameflow.storage.s3.store import S3Store

__all__ = ["S3Store"]
