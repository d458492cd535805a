"""Orders with refunds, invoices and the cart in the export of a student's personal data."""

from typing import Any

from luffy_api.apps.order import invoice_selectors, memberships, selectors
from luffy_api.apps.order.models import CartItem, Invoice, Order


def orders(user_id: int) -> list[dict[str, Any]]:
    """Every order with its refunds, the newest first. Three queries."""
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
                "saved_as_member": f"{line.vip_amount:.2f}",
                "package": line.package_name,
                "study_months": line.study_months,
            }
            for line in order.lines
        ],
        "membership": _membership(order),
        "refunds": [
            {
                "amount": f"{refund.amount:.2f}",
                "status": refund.get_status_display(),
                "reason": refund.reason,
                "answer": refund.answer,
                "created": refund.created_time,
                "finished": refund.ended_at,
            }
            for refund in order.refund_rows
        ],
    }


def _membership(order: Order) -> dict[str, Any] | None:
    line = None if order.lines else memberships.line_of(order)
    if line is None:
        return None
    return {
        "name": line.name,
        "months": line.months,
        "days": line.days,
        "price": f"{line.price:.2f}",
    }


def invoices(user_id: int) -> list[dict[str, Any]]:
    """Every invoice, the newest first. Two queries."""
    return [_invoice(invoice) for invoice in invoice_selectors.my_invoices(user_id=user_id)]


def _invoice(invoice: Invoice) -> dict[str, Any]:
    return {
        "title": invoice.title,
        "kind": invoice.get_kind_display(),
        "tax_number": invoice.tax_number,
        "email": invoice.email,
        "amount": f"{invoice.amount:.2f}",
        "state": invoice.get_state_display(),
        "number": invoice.number,
        "orders": invoice.out_trade_nos,
        "created": invoice.created_time,
        "issued": invoice.issued_at,
    }


def cart(user_id: int) -> list[dict[str, Any]]:
    """Every course of the cart, the newest first. One query."""
    items = CartItem.objects.filter(user=user_id).select_related("course")
    return [{"course": item.course.name, "added": item.created_time} for item in items]
