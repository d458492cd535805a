from django.urls import path, re_path

from luffy_api.apps.wechatpay_sandbox import oauth_pages, pages, views

NUMBER = r"(?P<number>[^/]{1,64})"
TRADES = r"^v3/pay/transactions"

app_name = "wechatpay_sandbox"
urlpatterns = [
    re_path(rf"{TRADES}/(?P<kind>native|h5|jsapi)$", views.order),
    re_path(rf"{TRADES}/out-trade-no/{NUMBER}$", views.query),
    re_path(rf"{TRADES}/id/{NUMBER}$", views.query_by_id),
    re_path(rf"{TRADES}/out-trade-no/{NUMBER}/close$", views.close),
    path("v3/refund/domestic/refunds", views.refund),
    re_path(rf"^v3/refund/domestic/refunds/{NUMBER}$", views.query_refund),
    path("v3/certificates", views.certificates),
    path("v3/bill/tradebill", views.trade_bill),
    path("v3/billdownload/file", views.bill_file, name="bill"),
    path("pay/", pages.cashier, name="cashier"),
    path("bridge/", pages.bridge, name="bridge"),
    path("connect/qrconnect", oauth_pages.connect, name="connect"),
    path("connect/oauth2/authorize", oauth_pages.authorize, name="authorize"),
    path("sns/oauth2/access_token", oauth_pages.access_token, name="access_token"),
]
