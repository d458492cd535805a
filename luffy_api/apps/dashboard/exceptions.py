"""Errors of the back office's own pages."""

from luffy_api.common import exceptions


class ImportRefused(exceptions.RuleViolated):
    """The file as a whole cannot be imported; the message says why."""


class ImportMoved(exceptions.Conflict):
    """The import is not in the state any more that the page showed."""

    def __init__(self) -> None:
        super().__init__("该导入的状态已变化，请刷新页面后再操作")


class MergeRefused(exceptions.RuleViolated):
    """These two accounts cannot be merged; the message says why."""
