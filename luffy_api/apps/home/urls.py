from django.urls import path

from luffy_api.apps.home import views

urlpatterns = [
    path("banner/", views.BannerViewSet.as_view({"get": "list"})),
    path("listing/", views.ListingViewSet.as_view({"get": "list"})),
]
