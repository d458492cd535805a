"""Errors of coupons, codes, packages and memberships."""

from decimal import Decimal

from luffy_api.common import exceptions
from luffy_api.common.codes import Code


class CouponNotFound(exceptions.NotFound):
    """There is no such coupon, or no such one of this student."""

    def __init__(self) -> None:
        super().__init__("优惠券不存在或已下架")


class CouponNotClaimable(exceptions.Conflict):
    """It cannot be taken (any more); the message says why."""

    code = Code.COUPON_NOT_CLAIMABLE


class CouponNotUsable(exceptions.Conflict):
    """It does not fit this cart, is over, or another order has it; the message says why."""

    code = Code.COUPON_NOT_USABLE

    def __init__(self, message: str) -> None:
        super().__init__(message, errors={"coupon": [message]})


class CodeRefused(exceptions.RuleViolated):
    """Unknown, used, void and expired codes are told alike to whoever guesses."""

    code = Code.REDEEM_CODE_WRONG

    def __init__(self) -> None:
        super().__init__(errors={"code": [str(Code.REDEEM_CODE_WRONG.label)]})


class CodeNotNeeded(exceptions.Conflict):
    """A good code that would bring this student nothing; it stays good."""

    code = Code.REDEEM_CODE_NOT_NEEDED


class BatchClosed(exceptions.Conflict):
    """The codes are void already."""

    def __init__(self) -> None:
        super().__init__("这批兑换码已经作废")


class PackageNotFound(exceptions.NotFound):
    """There is no such package, or it is not on sale now."""

    def __init__(self) -> None:
        super().__init__("套餐不存在或已停售")


class PackageNotUsable(exceptions.Conflict):
    """The student cannot buy it now; the message says why."""

    code = Code.PACKAGE_NOT_USABLE

    def __init__(self, message: str) -> None:
        super().__init__(message, errors={"package": [message]})


class PackageChanged(exceptions.Conflict):
    """The student saw other courses than are to be paid now; `true_total` in yuan."""

    code = Code.PRICE_CHANGED

    def __init__(self, true_total: Decimal) -> None:
        why = "套餐内容刚刚有变化，请确认后再购买"
        super().__init__(why, errors={"courses": [why], "total_amount": [f"{true_total:.2f}"]})


class TermNotFound(exceptions.NotFound):
    """There is no such term of membership, or it is not sold any more."""

    def __init__(self) -> None:
        super().__init__("会员套餐不存在或已停售")


class NoMembership(exceptions.Forbidden):
    """The student is no member, or not any more."""

    code = Code.NO_MEMBERSHIP


class NotForMembers(exceptions.Conflict):
    """The course is not among those that a membership opens."""

    def __init__(self) -> None:
        super().__init__("这门课程不在会员范围内")
