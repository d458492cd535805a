"""Errors of checkout, cancellation and payment."""

from collections.abc import Sequence
from decimal import Decimal

from luffy_api.common import exceptions
from luffy_api.common.codes import Code


class InvalidCart(exceptions.RuleViolated):
    """A course twice, or too many courses."""


class PriceChanged(exceptions.Conflict):
    """The student saw another total than what the courses cost now; `true_total` in yuan."""

    code = Code.PRICE_CHANGED

    def __init__(self, true_total: Decimal) -> None:
        super().__init__("价格有误", errors={"total_amount": [f"{true_total:.2f}"]})


class StudyPeriodChanged(exceptions.Conflict):
    """The student saw a longer study period than the course has now."""

    code = Code.PRICE_CHANGED

    def __init__(self, name: str, months: int) -> None:
        why = f"《{name}》的学习期限现在是 {months} 个月，没有下单，请确认后再购买"
        super().__init__(why, errors={"study_months": [why]})


class NotForSale(exceptions.Conflict):
    """A course is unknown, hidden, announced or withdrawn."""

    code = Code.NOT_ON_SALE

    def __init__(self, course_ids: list[int], message: str | None = None) -> None:
        super().__init__(message, errors={"courses": [str(pk) for pk in course_ids]})


class TermNotForSale(NotForSale):
    """The term of membership of an order is not sold any more."""

    def __init__(self) -> None:
        exceptions.Conflict.__init__(
            self, "会员套餐已停售", errors={"membership": ["会员套餐已停售"]}
        )


class MembershipEnds(exceptions.Conflict):
    """The membership by which a course would cost less is being refunded."""

    def __init__(self) -> None:
        why = "您的会员正在退款，现在不能按会员价购买，请等退款处理完再试"
        super().__init__(why, errors={"membership": [why]})


class AlreadyOwned(exceptions.Conflict):
    """The student owns a course of the cart."""

    code = Code.ALREADY_OWNED

    def __init__(self, course_ids: list[int], message: str | None = None) -> None:
        super().__init__(message, errors={"courses": [str(pk) for pk in course_ids]})


class FreeCourse(exceptions.RuleViolated):
    """A course that costs nothing is enrolled in without an order."""

    code = Code.FREE_COURSE


class OrderNotFound(exceptions.NotFound):
    """No order has this number, or it belongs to another student."""

    def __init__(self) -> None:
        super().__init__("订单不存在")


class OrderClosed(exceptions.Conflict):
    """The state of the order does not allow this any more."""

    code = Code.ORDER_CLOSED


class OfflinePaymentWaits(OrderClosed):
    """Staff have recorded money for the order that came by hand, and check it."""

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or "学校已经登记了您的线下付款，正在核对，请不要再次付款")


class PaymentDisputed(OrderClosed):
    """The provider reports a payment that does not match the order; it is logged as rejected."""

    def __init__(self) -> None:
        super().__init__("这笔订单的付款需要人工核对，请联系客服")


class RefundNotFound(exceptions.NotFound):
    """No refund has this number, or no request of this student."""

    def __init__(self) -> None:
        super().__init__("退款申请不存在")


class NothingToRefund(exceptions.Conflict):
    """The order was never paid, or all of the money, or that of the course, went back already."""

    code = Code.NOTHING_TO_REFUND


class RefundPending(exceptions.Conflict):
    """Another refund of the same money is asked for or under way."""

    code = Code.REFUND_PENDING


class RefundNotAllowed(exceptions.Conflict):
    """The school's rule leaves this refund to its staff; the message says the rule."""

    code = Code.REFUND_NOT_ALLOWED


class RefundDecided(exceptions.Conflict):
    """The request was decided or withdrawn meanwhile."""

    code = Code.REFUND_DECIDED


class InvalidRefund(exceptions.RuleViolated):
    """An amount or course that cannot be refunded; `field` is that of the form."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message, errors={field: [message]})


class OfflinePaymentNotFound(exceptions.NotFound):
    """No payment by hand has this number."""

    def __init__(self) -> None:
        super().__init__("线下收款不存在")


class OfflinePaymentWaiting(exceptions.Conflict):
    """Another payment by hand waits for its confirmation for the same order."""

    def __init__(self) -> None:
        super().__init__("这笔订单已有一笔待确认的线下收款")


class OfflinePaymentDecided(exceptions.Conflict):
    """The payment by hand was confirmed or voided meanwhile."""

    def __init__(self) -> None:
        super().__init__("这笔收款已被处理，请刷新后查看")


class ReferenceTaken(exceptions.Conflict):
    """The reference of a payment by hand belongs to another one."""

    def __init__(self) -> None:
        super().__init__("这个凭证号已经登记过，请核对")


class SecondPersonNeeded(exceptions.Forbidden):
    """A payment by hand above `limit` yuan is confirmed by another person than recorded it."""

    def __init__(self, limit: Decimal) -> None:
        super().__init__(f"超过 {limit:.2f} 元的线下收款须由另一位同事确认")


class IdempotencyKeyReused(exceptions.Conflict):
    """The same Idempotency-Key with another cart or total."""

    def __init__(self) -> None:
        super().__init__("同一个 Idempotency-Key 不能用于不同的订单")


class GatewayUnavailable(exceptions.Unavailable):
    """The payment provider gave no trustworthy answer. It never means "not paid"."""

    def __init__(self) -> None:
        super().__init__("暂时无法联系支付平台，请稍后再试")


class PayMethodUnavailable(exceptions.RuleViolated):
    """The school does not take this way to pay, or not on this device."""

    def __init__(self, message: str = "暂不支持这种支付方式，请换一种") -> None:
        super().__init__(message, errors={"pay_type": [message]})


class OAuthFailed(exceptions.RuleViolated):
    """WeChat's return carries another state or a code that is not good any more."""

    def __init__(self) -> None:
        super().__init__("微信授权已失效，请回到订单重新支付")


class TradeNumberUsed(Exception):
    """The provider knows this number from a trade that is paid, closed, or of another kind."""


class GatewayRefused(Exception):
    """The payment provider understood a refund and refused it; `reason` is the provider's own."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class InvalidCredential(Exception):
    """A text that cannot be the key, certificate or number it is entered as.

    `sentence` is for the admin and never repeats the text.
    """

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class CredentialsRefused(Exception):
    """Entered credentials that are not stored: sentences by field name, and about all of them."""

    def __init__(self, fields: dict[str, str], general: list[str]) -> None:
        super().__init__(", ".join(fields))
        self.fields = fields
        self.general = general


class NotificationRejected(Exception):
    """A message that is not a genuine, complete notification; `reason` is for PaymentEvent.

    `is_forged` says that its sender did not prove itself.
    """

    def __init__(self, reason: str, *, is_forged: bool = True) -> None:
        super().__init__(reason)
        self.reason = reason
        self.is_forged = is_forged


class PaymentRejected(Exception):
    """A genuine payment that matches no order; `reason` is for PaymentEvent."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class InvoiceNotFound(exceptions.NotFound):
    """No invoice has this id, or it belongs to another student."""

    def __init__(self) -> None:
        super().__init__("发票不存在")


class InvoiceNotIssued(exceptions.NotFound):
    """There is no document yet."""

    def __init__(self) -> None:
        super().__init__("发票尚未开具")


class NotInvoiceable(exceptions.Conflict):
    """Orders that cannot be put on an invoice, by number, and why."""

    def __init__(self, reason: str, out_trade_nos: Sequence[str]) -> None:
        super().__init__(reason, errors={"orders": list(out_trade_nos)})


class InvoiceClosed(exceptions.Conflict):
    """The state of the invoice does not allow this any more."""

    def __init__(self, message: str = "发票当前状态不能进行此操作") -> None:
        super().__init__(message)


class InvoiceAmountChanged(exceptions.Conflict):
    """The document says another amount than the invoice now; `amount` in yuan."""

    def __init__(self, amount: Decimal) -> None:
        super().__init__(f"开票金额已变为 {amount:.2f} 元，请核对后再提交")


class InvoiceNumberTaken(exceptions.Conflict):
    """Another invoice has this number."""

    def __init__(self) -> None:
        super().__init__("这个发票号码已登记在另一张发票上")


class BillNotFound(Exception):
    """The provider has no bill of that day: it is not made yet, or there was no trade."""


class BillInvalid(Exception):
    """What the provider offered is not a complete bill of that day; the text says why, for logs."""


class BillUnavailable(Exception):
    """A day cannot be reconciled now; `reason` is a sentence in Chinese for the staff."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class OrderNotRecreated(Exception):
    """A lost order cannot be made again from its trade; `reason` is a text for staff."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


class OrdersOpen(exceptions.Conflict):
    """Accounts cannot be merged while one of them has an order that may be paid right now."""

    def __init__(self, numbers: list[str]) -> None:
        super().__init__(
            f"还有未支付的订单 {'、'.join(numbers[:5])}：请等它付款、取消或超时关闭后再合并，"
            "其中待确认的线下收款请先确认或作废"
        )
