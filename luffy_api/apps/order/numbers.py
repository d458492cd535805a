"""Numbers of orders and refunds: sortable by time, unguessable, unique without a coordinator."""

from ulid import ULID


def new_out_trade_no() -> str:
    """A ULID: 48 bits of milliseconds and 80 random bits as 26 letters and digits."""
    return str(ULID())


def new_request_no() -> str:
    """The number of a refund for the payment provider, made like an order's."""
    return str(ULID())
