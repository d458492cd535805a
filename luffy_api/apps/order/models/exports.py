"""The page 导出 of the back office, which has no table of its own."""

from luffy_api.apps.order.models.orders import Order


class OrderExport(Order):
    """Only the back office's menu and the permission to export need it."""

    class Meta:
        proxy = True
        verbose_name = verbose_name_plural = "导出"
