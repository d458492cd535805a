"""What the commands of this app refuse; the texts are for the person who runs them."""


class BackupFailed(Exception):
    """A backup could not be made, read or restored; nothing half done is left that looks whole."""


class BackupRunning(BackupFailed):
    """Another process makes a backup in the same folder, or restores one."""
