from django.urls import path

from luffy_api.apps.community.views import ratings

urlpatterns = [
    path("rating/", ratings.RatingViewSet.as_view({"get": "list"})),
    path(
        "course/<int:pk>/rating/",
        ratings.OwnRatingViewSet.as_view({"get": "retrieve", "put": "update", "delete": "destroy"}),
    ),
]
