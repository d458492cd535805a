"""Why an order was not made, not paid or not believed."""

from decimal import Decimal

from luffy_api.common import exceptions
from luffy_api.common.codes import Code


class BasketRefused(exceptions.RuleViolated):
    """Twice the same course, or too many."""


class PriceChanged(exceptions.Conflict):
    """The student saw another total than what the courses cost now."""

    code = Code.PRICE_CHANGED

    def __init__(self, true_total: Decimal) -> None:
        super().__init__("价格有误", errors={"total_amount": [f"{true_total:.2f}"]})


class NotForSale(exceptions.Conflict):
    """A course is unknown, hidden, announced or withdrawn."""

    code = Code.NOT_ON_SALE

    def __init__(self, course_ids: list[int]) -> None:
        super().__init__(errors={"courses": [str(pk) for pk in course_ids]})


class AlreadyOwned(exceptions.Conflict):
    """The student has a course of the basket."""

    code = Code.ALREADY_OWNED

    def __init__(self, course_ids: list[int]) -> None:
        super().__init__(errors={"courses": [str(pk) for pk in course_ids]})


class FreeCourse(exceptions.RuleViolated):
    """What costs nothing is joined, not ordered."""

    code = Code.FREE_COURSE


class OrderNotFound(exceptions.NotFound):
    """Somebody else's, or nobody's."""

    def __init__(self) -> None:
        super().__init__("订单不存在")


class OrderClosed(exceptions.Conflict):
    """Its state does not allow this any more."""

    code = Code.ORDER_CLOSED


class PaymentDisputed(OrderClosed):
    """Alipay says it was paid, and what it says does not fit the order."""

    def __init__(self) -> None:
        super().__init__("这笔订单的付款需要人工核对,请联系客服")


class KeyReused(exceptions.Conflict):
    """The same Idempotency-Key with something else to buy."""

    def __init__(self) -> None:
        super().__init__("同一个 Idempotency-Key 不能用于不同的订单")


class PaymentUnknown(exceptions.Unavailable):
    """Alipay gave no trustworthy answer."""

    def __init__(self) -> None:
        super().__init__("暂时无法联系支付宝,请稍后再试")


class PaymentRefused(Exception):
    """A genuine message that does not fit our books; `reason` is for PaymentEvent."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
