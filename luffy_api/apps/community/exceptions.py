"""What the community refuses."""

from luffy_api.common import exceptions

# So much of a link is repeated to its author.
LINK_SHOWN = 40


class RatingNotFound(exceptions.NotFound):
    """The student has not rated the course, or there is no such rating."""

    def __init__(self) -> None:
        super().__init__("没有这条评价")


class RatingHidden(exceptions.Conflict):
    """What staff have hidden cannot be removed, and written anew, by its student."""

    def __init__(self) -> None:
        super().__init__("该评价已被隐藏，不能删除；您可以修改后等待审核")


class QuestionNotFound(exceptions.NotFound):
    """There is no such question, or not for this student."""

    def __init__(self) -> None:
        super().__init__("没有这个提问，或已被删除")


class AnswerNotFound(exceptions.NotFound):
    """There is no such answer, or not for this student."""

    def __init__(self) -> None:
        super().__init__("没有这个回答，或已被删除")


class PostHidden(exceptions.Conflict):
    """What staff have hidden cannot be removed, and written anew, by its author."""

    def __init__(self) -> None:
        super().__init__("该内容已被隐藏，不能删除；您可以修改后等待审核")


class QuestionAnswered(exceptions.Conflict):
    """Answers of others would go with the question."""

    def __init__(self) -> None:
        super().__init__("已有其他人回答，不能删除；您可以修改提问")


class LinksRefused(exceptions.RuleViolated):
    """A newcomer has written a link: what of the text was taken for one."""

    def __init__(self, link: str) -> None:
        shown = link if len(link) <= LINK_SHOWN else f"{link[:LINK_SHOWN]}…"
        super().__init__(f"新账号和还没有课程的账号不能发布链接，请删除“{shown}”后再提交")


class NoTimeMark(exceptions.RuleViolated):
    """The section has no video."""

    def __init__(self) -> None:
        text = "只有视频课时可以带时间点"
        super().__init__(text, errors={"position": [text]})


class AlreadyReported(exceptions.Conflict):
    """The student has reported it before."""

    def __init__(self) -> None:
        super().__init__("您已经举报过，工作人员会尽快处理")


class OwnPost(exceptions.Conflict):
    """Nobody reports what they have written themselves."""

    def __init__(self) -> None:
        super().__init__("不能举报自己的内容")


class NoteNotFound(exceptions.NotFound):
    """The student has no such note, or none in this course."""

    def __init__(self) -> None:
        super().__init__("没有这条笔记，或已被删除")


class TooManyNotes(exceptions.Conflict):
    """The student has `limit` notes in one course."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"一门课程最多 {limit} 条笔记，请先删除不需要的")


class TooManyFavourites(exceptions.Conflict):
    """The list of a student has an end."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"最多收藏 {limit} 门课程，请先取消一些收藏")
