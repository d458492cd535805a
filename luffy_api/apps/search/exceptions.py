"""What can go wrong with the index. Nothing of it reaches a student: the database answers then."""


class IndexFault(Exception):
    """The index cannot be read or written now."""


class BackendFault(IndexFault):
    """The engine cannot answer."""


class BackendDown(BackendFault):
    """It does not answer, or too late; asking again at once would only cost time."""


class IndexUnusable(BackendFault):
    """There is no index, or it is broken or of another format: it has to be rebuilt."""


class Taken(IndexFault):
    """Another process works on the index."""


class AlreadyRebuilding(IndexFault):
    """Another process is building the index anew."""
