from django.urls import path

from luffy_api.apps.alipay_sandbox import oauth, views

app_name = "alipay_sandbox"
urlpatterns = [
    path("oauth2/publicAppAuthorize.htm", oauth.authorize, name="authorize"),
    path("gateway.do", views.gateway, name="gateway"),
    path("bill/<str:token>/", views.bill, name="bill"),
    path("cashier/<slug:token>/", views.cashier, name="cashier"),
]
