"""What the community refuses."""

from luffy_api.common import exceptions


class RatingNotFound(exceptions.NotFound):
    """The student has not rated the course, or there is no such rating."""

    def __init__(self) -> None:
        super().__init__("没有这条评价")


class RatingHidden(exceptions.Conflict):
    """What staff have hidden cannot be removed, and written anew, by its student."""

    def __init__(self) -> None:
        super().__init__("该评价已被隐藏，不能删除；您可以修改后等待审核")
