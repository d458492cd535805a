from django.urls import path

from luffy_api.apps.search import views

urlpatterns = [
    path("", views.SearchViewSet.as_view({"get": "list"})),
    path("suggest/", views.SearchWordViewSet.as_view({"get": "suggest"})),
    path("hot/", views.SearchWordViewSet.as_view({"get": "hot"})),
]
