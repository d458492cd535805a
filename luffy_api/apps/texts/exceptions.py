"""What pictures and conversions of texts refuse."""

from luffy_api.common import exceptions


class PictureRefused(exceptions.RuleViolated):
    """No picture that we take; `message` says why."""

    def __init__(self, message: str) -> None:
        super().__init__(message, errors={"file": [message]})


class PictureNotStored(exceptions.Unavailable):
    """The storage does not answer."""

    def __init__(self) -> None:
        super().__init__("图片暂时不能保存，请稍后再试")


class TextNotConvertible(exceptions.RuleViolated):
    """It is too long, or its elements are too deep in each other."""

    def __init__(self) -> None:
        super().__init__("文字太长，或层次太深，不能自动转换")
