"""Orders in the export of a student's personal data."""

from typing import Any

from luffy_api.apps.order import selectors
from luffy_api.apps.order.models import Order


def orders(user_id: int) -> list[dict[str, Any]]:
    """Every order, the newest first. Two queries."""
    rows = selectors.my_orders(user_id=user_id)
    return [_order(order) for order in rows]


def _order(order: Order) -> dict[str, Any]:
    return {
        "out_trade_no": order.out_trade_no,
        "trade_no": order.trade_no,
        "subject": order.subject,
        "total_amount": f"{order.total_amount:.2f}",
        "status": order.get_order_status_display(),
        "pay_type": order.get_pay_type_display(),
        "created": order.created_time,
        "paid": order.pay_time,
        "courses": [
            {
                "name": line.course.name,
                "price": f"{line.price:.2f}",
                "real_price": f"{line.real_price:.2f}",
            }
            for line in order.lines
        ],
    }
