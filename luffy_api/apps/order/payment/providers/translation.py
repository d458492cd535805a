"""What the providers share: answers of SDK wrappers become types of the interface."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Protocol

from django.core.checks import CheckMessage

from luffy_api.apps.order.exceptions import GatewayUnavailable, InvalidCredential
from luffy_api.apps.order.models import PaymentEvent, PayType
from luffy_api.apps.order.numbers import order_number
from luffy_api.apps.order.payment.interface import (
    CredentialValue,
    Payment,
    RefundResult,
    RefundState,
    TradeResult,
    TradeState,
)


class TradeAnswer(Protocol):
    """A trade as a wrapper's query tells it. Yuan, times in UTC."""

    @property
    def state(self) -> StrEnum: ...
    @property
    def out_trade_no(self) -> str: ...
    @property
    def total_amount(self) -> Decimal | None: ...
    @property
    def paid_at(self) -> datetime | None: ...


class RefundAnswer(Protocol):
    """A refund as a wrapper tells it. Yuan, times in UTC."""

    @property
    def state(self) -> StrEnum: ...
    @property
    def amount(self) -> Decimal | None: ...
    @property
    def finished_at(self) -> datetime | None: ...
    @property
    def word(self) -> str: ...


class FieldAnswer(Protocol):
    """A key, certificate or number that a wrapper has read."""

    @property
    def value(self) -> str: ...
    @property
    def fingerprint(self) -> str: ...
    @property
    def expires_at(self) -> datetime | None: ...


class Checks(Protocol):
    """The module `checks` of a wrapper."""

    def check_settings(self, *, notify_path: str, development: bool) -> Iterator[CheckMessage]: ...

    def check_connection(
        self, *, notify_path: str, development: bool
    ) -> Iterator[CheckMessage]: ...


@contextmanager
def unknown_is_unavailable(error: type[Exception]) -> Iterator[None]:
    """Turn the base error of a wrapper into GatewayUnavailable."""
    try:
        yield
    except error as unknown:
        raise GatewayUnavailable from unknown


def trade_result(
    trade: TradeAnswer, *, pay_type: PayType, trade_no: str, reference: str
) -> TradeResult:
    """The answer to a query. Raises GatewayUnavailable for a paid trade without an amount."""
    state = TradeState(trade.state.value)
    if state is not TradeState.PAID:
        return TradeResult(state)
    if trade.total_amount is None:
        raise GatewayUnavailable
    payment = Payment(
        out_trade_no=order_number(trade.out_trade_no),
        number=trade.out_trade_no,
        trade_no=trade_no,
        total_amount=trade.total_amount,
        paid_at=trade.paid_at,
        source=PaymentEvent.Source.QUERY,
        pay_type=pay_type,
        reference=reference,
    )
    return TradeResult(state, payment)


def refund_result(refund: RefundAnswer) -> RefundResult:
    """The answer to a query about one refund."""
    return RefundResult(
        RefundState(refund.state.value),
        amount=refund.amount,
        finished_at=refund.finished_at,
        word=refund.word,
    )


def credential_value(
    read: Callable[[str, str], FieldAnswer], name: str, text: str
) -> CredentialValue:
    """What a wrapper reads from the text of an admin. Raises InvalidCredential."""
    try:
        found = read(name, text)
    except ValueError as error:
        raise InvalidCredential(str(error)) from None
    return CredentialValue(found.value, found.fingerprint, found.expires_at)


class CheckedProvider(ABC):
    """The checks of a provider, which its wrapper makes."""

    checks: Checks
    notify_path: str  # of the URL that the provider posts to

    @abstractmethod
    def is_local(self) -> bool:
        """Whether the settings name the local gateway, where http and 127.0.0.1 are right."""

    def check_settings(self) -> Iterator[CheckMessage]:
        """Keys, identifiers and the notification URL, without the network."""
        return self.checks.check_settings(notify_path=self.notify_path, development=self.is_local())

    def check_connection(self) -> Iterator[CheckMessage]:
        """Query an unknown trade, and post a forged notification to the shop."""
        return self.checks.check_connection(
            notify_path=self.notify_path, development=self.is_local()
        )
