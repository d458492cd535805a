"""What a provider keeps with a trade, so that its order can be made again when the row was lost.

`luffy1.USER.COURSE-FEN.COURSE-FEN.….DIGEST`: ids and prices in fen, all in base 36, and a keyed
digest of these and the order's number. No name, no address. The provider returns it with the trade
in signed answers: Alipay as `passback_params` (512 characters), WeChat Pay as `attach` (128). The
digest keeps trades of another shop of the same merchant, such as a test site, from becoming orders
here.
"""

from dataclasses import dataclass
from decimal import Decimal

from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.http import base36_to_int, int_to_base36

from luffy_api.apps.order.models import Order, OrderDetail

VERSION = "luffy1"
MAX_LENGTH = 128
DIGEST_CHARACTERS = 20
CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Reference:
    """Who ordered what: prices in yuan by course."""

    user_id: int
    prices: dict[int, Decimal]


def reference_of(order: Order) -> str:
    """The reference of an order; blank for one with so many courses that it would be too long.

    One query unless the order carries its `lines`.
    """
    lines: list[OrderDetail] = getattr(order, "lines", None) or list(order.order_courses.all())
    parts = [VERSION, int_to_base36(order.user_id), *map(_line, lines)]
    text = ".".join(parts)
    reference = f"{text}.{_digest(order.out_trade_no, text)}"
    return reference if len(reference) <= MAX_LENGTH else ""


def read(reference: str, *, out_trade_no: str) -> Reference | None:
    """What a reference says; None when we did not make it for this order."""
    text, _, digest = reference[:MAX_LENGTH].rpartition(".")
    version, *parts = text.split(".")
    genuine = constant_time_compare(digest, _digest(out_trade_no, text))
    if version != VERSION or not genuine:
        return None
    user, *lines = parts
    prices = dict(map(_read_line, lines))
    return Reference(base36_to_int(user), prices)


def _line(line: OrderDetail) -> str:
    fen = int(line.real_price / CENT)
    return f"{int_to_base36(line.course_id)}-{int_to_base36(fen)}"


def _read_line(text: str) -> tuple[int, Decimal]:
    course, fen = text.split("-")
    return base36_to_int(course), base36_to_int(fen) * CENT


def _digest(out_trade_no: str, text: str) -> str:
    whole = salted_hmac("order.reference", f"{out_trade_no} {text}", algorithm="sha256")
    return whole.hexdigest()[:DIGEST_CHARACTERS]
