from django.urls import path

from luffy_api.apps.home import views

urlpatterns = [
    path("topic/", views.TopicViewSet.as_view({"get": "list"})),
    path("topic/<str:slug>/", views.TopicViewSet.as_view({"get": "retrieve"})),
    path("topic/<str:slug>/preview/", views.TopicPreviewViewSet.as_view({"get": "retrieve"})),
    path("banner/", views.BannerViewSet.as_view({"get": "list"})),
    path("listing/", views.ListingViewSet.as_view({"get": "list"})),
]
