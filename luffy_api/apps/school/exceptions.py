"""Errors of the school's settings."""

from luffy_api.common import exceptions


class AgreementImmutable(exceptions.Conflict):
    """A published version of an agreement stays as it is."""

    def __init__(self) -> None:
        super().__init__("已发布的版本不能修改或删除，请发布新的版本")


class AgreementOvertaken(exceptions.Conflict):
    """Somebody else has published a version of the same agreement meanwhile."""

    def __init__(self) -> None:
        super().__init__("刚刚有同事发布了这份协议的新版本，请先看过那一版再发布")


class AgreementNotFound(exceptions.NotFound):
    """No such version of that agreement."""


class PageNotFound(exceptions.NotFound):
    """No help page or announcement that visitors may see."""
