"""Errors of the search index. None reaches a visitor: the database answers the search instead."""


class IndexingError(Exception):
    """The index cannot be read or written now."""


class BackendError(IndexingError):
    """The search engine cannot answer."""


class BackendUnavailable(BackendError):
    """The engine does not answer, or too late; a retry at once would only cost time."""


class IndexUnusable(BackendError):
    """The index is missing, broken or of another format: it has to be rebuilt."""


class LockNotAcquired(IndexingError):
    """Another process holds the lock, or this process has lost it."""


class AlreadyRebuilding(IndexingError):
    """Another process is rebuilding the index."""
