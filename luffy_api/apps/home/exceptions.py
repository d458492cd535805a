"""What this app refuses; the texts of its commands are for the person who runs them."""

from luffy_api.common import exceptions


class BackupFailed(Exception):
    """A backup could not be made, read or restored; nothing half done is left that looks whole."""


class BackupRunning(BackupFailed):
    """Another process makes a backup in the same folder, or restores one."""


class TopicNotFound(exceptions.NotFound):
    """A draft, one whose time has not come or is over, or none; the answer is the same."""

    def __init__(self) -> None:
        super().__init__("专题不存在或已结束")
