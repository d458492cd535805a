from typing import Any

from django.urls import path

from luffy_api.apps.school import views

read: dict[str, Any] = {"get": "retrieve"}

urlpatterns = [
    path("site/", views.SiteViewSet.as_view(read)),
    path("announcement/", views.AnnouncementViewSet.as_view({"get": "list"})),
    path("announcement/<int:pk>/", views.AnnouncementViewSet.as_view(read)),
    path("help/<int:pk>/", views.HelpPageViewSet.as_view(read)),
    path("agreement/<str:kind>/", views.AgreementViewSet.as_view(read)),
    path(
        "agreement/<str:kind>/<int:version>/",
        views.AgreementViewSet.as_view({"get": "version"}),
    ),
]
