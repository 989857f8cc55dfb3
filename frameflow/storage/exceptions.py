"""How the object store can refuse."""

from typing import ClassVar

from frameflow.exceptions import FrameFlowError


class StorageError(FrameFlowError):
    """The object store does not answer as it should."""

    code: ClassVar[str] = "storage"
    status: ClassVar[int] = 503
    retryable: ClassVar[bool] = True
    title: ClassVar[str] = "We are having a problem. Your videos are safe."
    action: ClassVar[str] = "Try again in a moment."


class ObjectNotFound(StorageError):
    """There is no object with this key."""

    code: ClassVar[str] = "not_found"
    status: ClassVar[int] = 404
    retryable: ClassVar[bool] = False
    title: ClassVar[str] = "We cannot find this."
    action: ClassVar[str] = "Check the address."


class ObjectExists(StorageError):
    """An object with this key is already there; objects are never overwritten."""

    code: ClassVar[str] = "conflict"
    status: ClassVar[int] = 409
    retryable: ClassVar[bool] = False


class ObjectDamaged(StorageError):
    """What is stored is not what was written; no further try mends it."""

    retryable: ClassVar[bool] = False


class InvalidKey(StorageError):
    """A key is 1 to 512 of `0-9 a-z . _ - /`, relative, without hidden or empty parts."""

    code: ClassVar[str] = "invalid"
    status: ClassVar[int] = 500
    retryable: ClassVar[bool] = False
