"""What can go wrong with files; callers turn these into their own answers."""


class StorageError(Exception):
    """The common ancestor. A message never holds a signature, a token or a key."""


class StorageUnavailable(StorageError):
    """The storage refused, was late or answered nonsense; whether it acted is not known."""


class NameRejected(StorageError):
    """No name of a file: empty, too long, leaving its folder, or with control characters."""


class ObjectMissing(StorageError):
    """There is no such object."""


class UploadRejected(StorageError):
    """Unknown or expired upload, a part that does not fit, a part missing, or the name is taken."""


class NotOffered(StorageError):
    """This provider works another way (such as parts through our server on Qiniu)."""


class CallbackRejected(StorageError):
    """The callback is not the storage's own, or is not about an upload of ours."""


class PlaylistRejected(StorageError):
    """The file is no HLS playlist, or refers to something outside of its own folder."""


class BadSignature(StorageError):
    """The address was edited, is for another file, or its time is over."""
