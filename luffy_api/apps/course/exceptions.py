"""Errors of the catalogue."""

from luffy_api.common import exceptions
from luffy_api.common.codes import Code


class CourseNotFound(exceptions.NotFound):
    """The course is hidden, deleted or unknown; the answer is the same for all three."""

    def __init__(self) -> None:
        super().__init__("课程不存在或已下架")


class SectionNotFound(exceptions.NotFound):
    """The section is hidden, deleted or unknown."""

    def __init__(self) -> None:
        super().__init__("课时不存在或已下架")


class NotEnrolled(exceptions.Forbidden):
    """The section is neither a free trial nor in a course of the user."""

    code = Code.NOT_ENROLLED


class NotFree(exceptions.RuleViolated):
    """The real price of the course is above 0 at this moment."""

    code = Code.NOT_FREE


class NotReadyForSale(exceptions.RuleViolated):
    """The course lacks something that it needs to be put on sale; `reasons` are sentences."""

    def __init__(self, reasons: list[str]) -> None:
        self.reasons = reasons
        super().__init__(f"还不能上线：{'；'.join(reasons)}", errors={"status": reasons})


class PreviewEnded(exceptions.NotFound):
    """The link is not one of ours, is over, or its course is gone."""

    def __init__(self) -> None:
        super().__init__("预览链接无效或已过期，请向发送者索取新的链接")


class NotOnSale(exceptions.Conflict):
    """The course is announced or withdrawn."""

    code = Code.NOT_ON_SALE


class AuthenticationRequired(exceptions.Unauthenticated):
    """A visitor asked for what only enrolled students get."""


class NoAttachment(exceptions.NotFound):
    """The course has nothing to download."""

    def __init__(self) -> None:
        super().__init__("该课程没有课件")


class StorageDown(exceptions.Unavailable):
    """The storage does not answer; trying again later may help."""

    def __init__(self) -> None:
        super().__init__("存储服务暂时不可用，请稍后再试")
