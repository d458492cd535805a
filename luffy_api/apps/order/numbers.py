"""Order numbers: sortable by time, unguessable, unique without a coordinator."""

from ulid import ULID


def new_out_trade_no() -> str:
    """A ULID: 48 bits of milliseconds and 80 random bits as 26 letters and digits."""
    return str(ULID())
