from django.apps import AppConfig


class OrderConfig(AppConfig):
    name = "luffy_api.apps.order"
    label = "order"
    verbose_name = "订单"

    def ready(self) -> None:
        """One's own data includes what this app keeps."""
        from luffy_api.apps.order import personal_data as own
        from luffy_api.apps.user import personal_data

        personal_data.register("orders", own.orders)
