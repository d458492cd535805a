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


class ChapterNotFound(exceptions.NotFound):
    """The chapter is deleted, of another course, or unknown."""

    def __init__(self) -> None:
        super().__init__("章节不存在或已被删除，请刷新页面")


class OutlineInvalid(exceptions.RuleViolated):
    """What was sent is no order of the chapters or sections that the page showed."""


class OutlineChanged(exceptions.Conflict):
    """Chapters or sections are not those any more that the page showed; `author` has done it."""

    def __init__(self, author: str) -> None:
        super().__init__(f"{author}改动了课程大纲，您的这次调整没有保存。现在显示的是最新的大纲")


class NotEnrolled(exceptions.Forbidden):
    """The section is neither a free trial nor in a course of the user."""

    code = Code.NOT_ENROLLED


class NotFree(exceptions.RuleViolated):
    """The real price of the course is above 0 at this moment."""

    code = Code.NOT_FREE


class NotJoinedFree(exceptions.Conflict):
    """The student has bought the course, or it was given to them."""

    def __init__(self) -> None:
        super().__init__("这门课程是购买或获赠的，不能退出")


class NotReadyForSale(exceptions.RuleViolated):
    """The course lacks something that it needs to be put on sale; `reasons` are sentences."""

    def __init__(self, reasons: list[str]) -> None:
        self.reasons = reasons
        super().__init__(f"还不能上线：{'；'.join(reasons)}", errors={"status": reasons})


class StudentNotFound(exceptions.NotFound):
    """There is no such account, or it is closed or deactivated."""

    def __init__(self) -> None:
        super().__init__("没有这个学员，或账号已停用")


class AlreadyEnrolled(exceptions.Conflict):
    """A gift would change nothing: the student has the course without it."""

    def __init__(self) -> None:
        super().__init__("学员已经拥有这门课程，不需要赠送")


class GiftEndsInThePast(exceptions.RuleViolated):
    """The end of a gift has passed."""

    def __init__(self) -> None:
        super().__init__("到期时间已过", errors={"ends_at": ["到期时间已过"]})


class NothingToTakeBack(exceptions.Conflict):
    """The student does not have the course, has bought it, or has it by a membership."""

    def __init__(self) -> None:
        super().__init__(
            "学员没有这门课程，或课程是购买、由会员打开的：购买的课程和会员只能通过退款收回"
        )


class PreviewEnded(exceptions.NotFound):
    """The link is not one of ours, is over, or its course is gone."""

    def __init__(self) -> None:
        super().__init__("预览链接无效或已过期，请向发送者索取新的链接")


class NotOnSale(exceptions.Conflict):
    """The course is announced or withdrawn."""

    code = Code.NOT_ON_SALE


class AuthenticationRequired(exceptions.Unauthenticated):
    """A visitor asked for what only enrolled students get."""


class StorageDown(exceptions.Unavailable):
    """The storage does not answer; trying again later may help."""

    def __init__(self) -> None:
        super().__init__("存储服务暂时不可用，请稍后再试")


class SharePictureBusy(exceptions.Unavailable):
    """Too many share pictures are asked for at the same moment."""

    def __init__(self) -> None:
        super().__init__("分享图片正在生成，请稍后再试")
