from django.urls import path, re_path

from luffy_api.apps.order import shortcuts
from luffy_api.apps.order.views import carts, invoices, orders, payments, refunds, wechat

NUMBER = r"(?P<out_trade_no>[0-9A-Za-z]{1,64})"

shortcuts.register()

urlpatterns = [
    path("pay/", orders.OrderViewSet.as_view({"post": "place"})),
    path("success/", payments.PaymentViewSet.as_view({"get": "status", "post": "notify"})),
    path("cart/", carts.CartViewSet.as_view({"get": "list", "post": "add", "delete": "clear"})),
    path("cart/<int:course>/", carts.CartViewSet.as_view({"delete": "remove"})),
    path("methods/", payments.PaymentMethodsViewSet.as_view({"get": "list"})),
    path("wechat/notify/", wechat.WechatNotificationViewSet.as_view({"post": "notify"})),
    path("wechat/return/", wechat.WechatReturnViewSet.as_view({"get": "retrieve"})),
    path("invoice/", invoices.InvoiceViewSet.as_view({"get": "list", "post": "create"})),
    path("invoice/orders/", invoices.InvoiceableOrderViewSet.as_view({"get": "list"})),
    path("invoice/<int:pk>/file/", invoices.InvoiceViewSet.as_view({"get": "file"})),
    path("refund/", refunds.RefundViewSet.as_view({"get": "list"})),
    path("", orders.OrderViewSet.as_view({"get": "list"})),
    re_path(rf"^{NUMBER}/$", orders.OrderViewSet.as_view({"get": "retrieve"})),
    re_path(rf"^{NUMBER}/pay/$", orders.OrderViewSet.as_view({"post": "pay_again"})),
    re_path(
        rf"^{NUMBER}/refund/$",
        refunds.RefundViewSet.as_view({"post": "create", "delete": "withdraw"}),
    ),
    re_path(rf"^{NUMBER}/cancel/$", orders.OrderViewSet.as_view({"post": "cancel"})),
]
