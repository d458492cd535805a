from django.apps import AppConfig


class OrderConfig(AppConfig):
    name = "luffy_api.apps.order"
    label = "order"
    verbose_name = "订单"
