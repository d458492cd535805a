from django.apps import AppConfig


class OrderConfig(AppConfig):
    name = "luffy_api.apps.order"
    label = "order"
    verbose_name = "订单"

    def ready(self) -> None:
        """Register keys of payment providers, checks, metrics, orders in a student's own data."""
        from luffy_api.apps.order import (  # noqa: F401
            cart,
            certificates,
            checks,
            conditions,
            metrics,
            waiting_money,
        )
        from luffy_api.apps.order import personal_data as own
        from luffy_api.apps.order.payment import gateway
        from luffy_api.apps.user import account_deletion, personal_data

        gateway.register_credentials()
        metrics.register()
        certificates.register()
        conditions.register()
        account_deletion.register(waiting_money.forbid_closing)
        account_deletion.register(cart.erase)
        personal_data.register("cart", own.cart)
        personal_data.register("orders", own.orders)
        personal_data.register("invoices", own.invoices)
