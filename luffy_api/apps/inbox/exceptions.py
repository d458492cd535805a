"""Errors of messages."""

from luffy_api.common import exceptions


class DeliveryNotFound(exceptions.NotFound):
    """There is no such message, or it is somebody else's; the answer is the same for both."""

    def __init__(self) -> None:
        super().__init__("消息不存在或已被清理")


class NotSendable(exceptions.RuleViolated):
    """A message cannot go out as it is; `field` is what has to change."""

    def __init__(self, field: str, sentence: str) -> None:
        self.field = field
        super().__init__(sentence, errors={field: [sentence]})


class EstimateChanged(exceptions.Conflict):
    """More people or a higher price than somebody has agreed to."""

    def __init__(self) -> None:
        super().__init__("预览之后人数或费用有变化，没有发送，请看过新的预览再确认")


class AlreadySent(exceptions.Conflict):
    """Somebody else has sent the same, like an announcement of the school."""

    def __init__(self) -> None:
        super().__init__("这份内容已由其他同事发送过，没有再发一次")


class NothingToStop(exceptions.Conflict):
    """The message is stopped already, or is gone."""

    def __init__(self) -> None:
        super().__init__("这条消息已经停止发送，或已被清理")
