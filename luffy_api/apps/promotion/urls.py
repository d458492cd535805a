from django.urls import path

from luffy_api.apps.promotion import views

urlpatterns = [
    path("coupon/", views.CouponViewSet.as_view({"get": "list"})),
    path("coupon/claim/", views.CouponViewSet.as_view({"post": "claim"})),
    path("coupon/quote/", views.QuoteViewSet.as_view({"post": "create"})),
    path("coupon/offered/", views.OfferedCouponViewSet.as_view({"get": "list"})),
    path("code/", views.RedeemViewSet.as_view({"post": "create"})),
    path("package/", views.PackageListViewSet.as_view({"get": "list"})),
    path("package/all/", views.PackagePageViewSet.as_view({"get": "list"})),
    path("package/<int:pk>/", views.PackageViewSet.as_view({"get": "retrieve"})),
    path("membership/", views.MembershipOfferViewSet.as_view({"get": "retrieve"})),
    path("membership/mine/", views.MembershipViewSet.as_view({"get": "retrieve"})),
    path(
        "membership/course/<int:pk>/",
        views.MembershipViewSet.as_view({"get": "course", "post": "join"}),
    ),
]
