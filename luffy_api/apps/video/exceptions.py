"""What uploading and transcoding refuse."""

from django.conf import settings

from luffy_api.common import exceptions


class UploadNotFound(exceptions.NotFound):
    """No upload of this staff member."""

    def __init__(self) -> None:
        super().__init__("上传任务不存在")


class UploadClosed(exceptions.Conflict):
    """The upload was aborted, expired or refused before."""


class UploadIncomplete(exceptions.RuleViolated):
    """Parts are missing, or nothing has arrived."""

    def __init__(self) -> None:
        super().__init__("视频还没有上传完整，请继续上传")


class UploadRefused(exceptions.RuleViolated):
    """The file, or what was said of it, is not what we take."""

    def __init__(self, message: str, *, field: str | None = None) -> None:
        super().__init__(message, errors={field: [message]} if field else None)


class VideoTooLarge(exceptions.TooLarge):
    """More bytes than the school allows for one video."""

    def __init__(self) -> None:
        limit = settings.VIDEO_MAX_BYTES // 1024**2
        super().__init__(f"视频不能超过 {limit} MB")


class NothingToRetry(exceptions.Conflict):
    """Only a video whose processing failed can be processed again."""

    def __init__(self) -> None:
        super().__init__("该视频没有处理失败，无需重试")


class ChaptersRefused(exceptions.RuleViolated):
    """A list of chapters has lines that are none; `faults` has a sentence for each."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("；".join(faults))
        self.faults = faults
