"""What storages raise; callers turn these into their own errors."""


class StorageError(Exception):
    """Base class. A message never holds a signature, a token or a key."""


class StorageUnavailable(StorageError, ConnectionError):
    """The storage refused, timed out or sent an invalid answer; whether it acted is not known.

    As a ConnectionError it is answered 503 where nobody catches it.
    """


class NameRejected(StorageError):
    """An invalid name: empty, too long, outside of the storage, or with control characters."""


class ObjectMissing(StorageError):
    """There is no such file or job."""


class UploadRejected(StorageError):
    """Unknown or expired upload, a part of another size, a missing part, or a taken name."""


class NotOffered(StorageError):
    """The provider has no such operation (such as parts through our server on Qiniu)."""


class CallbackRejected(StorageError):
    """The callback was not sent by the storage, or is not about an upload of ours."""


class PlaylistRejected(StorageError):
    """The file is not an HLS playlist, or refers to something outside of its own folder."""


class BadSignature(StorageError):
    """The signed URL was edited, is for another file, or has expired."""
