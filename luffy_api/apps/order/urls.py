from django.urls import path, re_path

from luffy_api.apps.order import views

NUMBER = r"(?P<out_trade_no>[0-9A-Za-z]{1,64})"

urlpatterns = [
    path("pay/", views.OrderViewSet.as_view({"post": "place"})),
    path("success/", views.PaymentViewSet.as_view({"get": "status", "post": "notify"})),
    path("", views.OrderViewSet.as_view({"get": "list"})),
    re_path(rf"^{NUMBER}/$", views.OrderViewSet.as_view({"get": "retrieve"})),
    re_path(rf"^{NUMBER}/pay/$", views.OrderViewSet.as_view({"post": "pay_again"})),
    re_path(rf"^{NUMBER}/cancel/$", views.OrderViewSet.as_view({"post": "cancel"})),
]
