from django.urls import path

from luffy_api.apps.inbox import views

urlpatterns = [
    path("", views.InboxViewSet.as_view({"get": "list"})),
    path("unread/", views.UnreadViewSet.as_view({"get": "retrieve"})),
    path("read/", views.UnreadViewSet.as_view({"post": "read_all"})),
    path("preference/", views.PreferenceViewSet.as_view({"get": "list", "put": "update"})),
    path("<int:pk>/read/", views.InboxViewSet.as_view({"post": "read"})),
]
