"""Rules of the catalogue that said no."""

from django.conf import settings

from luffy_api.common import exceptions
from luffy_api.common.codes import Code


class CourseNotFound(exceptions.NotFound):
    """Hidden, deleted or never there: the same answer."""

    def __init__(self) -> None:
        super().__init__("课程不存在或已下架")


class SectionNotFound(exceptions.NotFound):
    """Hidden, deleted or never there."""

    def __init__(self) -> None:
        super().__init__("课时不存在或已下架")


class NotEnrolled(exceptions.Forbidden):
    """The section is neither a free trial nor in a course of the user."""

    code = Code.NOT_ENROLLED


class NotFree(exceptions.RuleViolated):
    """The course costs something right now."""

    code = Code.NOT_FREE


class NotOnSale(exceptions.Conflict):
    """The course is announced or withdrawn."""

    code = Code.NOT_ON_SALE


class NotPlayable(exceptions.NotFound):
    """The section has no video, or its file is missing."""

    code = Code.NOT_PLAYABLE


class LoginNeeded(exceptions.Unauthenticated):
    """A visitor asked for what only an enrolled student gets."""


class UploadNotFound(exceptions.NotFound):
    """No upload of this staff member."""

    def __init__(self) -> None:
        super().__init__("上传任务不存在")


class UploadClosed(exceptions.Conflict):
    """The upload was aborted, expired or refused before."""


class UploadIncomplete(exceptions.RuleViolated):
    """Parts are missing, or nothing has arrived."""

    def __init__(self) -> None:
        super().__init__("视频还没有上传完整,请继续上传")


class UploadRefused(exceptions.RuleViolated):
    """The file, or what was said of it, is not what we take."""

    def __init__(self, message: str, *, field: str | None = None) -> None:
        super().__init__(message, errors={field: [message]} if field else None)


class VideoTooLarge(exceptions.TooLarge):
    """More bytes than the school allows for one film."""

    def __init__(self) -> None:
        limit = settings.VIDEO_MAX_BYTES // 1024**2
        super().__init__(f"视频不能超过 {limit} MB")


class NothingToRetry(exceptions.Conflict):
    """Only a film whose processing failed can be processed again."""

    def __init__(self) -> None:
        super().__init__("该视频没有处理失败,无需重试")


class StillProcessing(exceptions.NotFound):
    """There is a film, but nothing of it can be shown yet."""

    code = Code.NOT_PLAYABLE

    def __init__(self) -> None:
        super().__init__("视频正在处理中,请稍后再来")


class LinkDied(exceptions.Forbidden):
    """A playlist's address was edited, or its time is over."""

    def __init__(self) -> None:
        super().__init__("播放链接已失效,请重新播放")


class ReportsCollide(exceptions.Conflict):
    """Many players of one student report at the same moment."""


class NoAttachment(exceptions.NotFound):
    """The course has nothing to download."""

    def __init__(self) -> None:
        super().__init__("该课程没有课件")
