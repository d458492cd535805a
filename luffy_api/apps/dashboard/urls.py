from django.urls import path

from luffy_api.apps.dashboard.views import OutlineViewSet

urlpatterns = [
    path("<int:pk>/outline/", OutlineViewSet.as_view({"get": "retrieve"})),
    path("<int:pk>/outline/media/", OutlineViewSet.as_view({"get": "media"})),
    path("<int:pk>/outline/chapter/", OutlineViewSet.as_view({"post": "add_chapter"})),
    path("<int:pk>/outline/chapter/order/", OutlineViewSet.as_view({"put": "order_chapters"})),
    path("<int:pk>/outline/section/", OutlineViewSet.as_view({"post": "add_section"})),
    path("<int:pk>/outline/section/order/", OutlineViewSet.as_view({"put": "order_sections"})),
    path(
        "<int:pk>/outline/chapter/<int:row>/", OutlineViewSet.as_view({"patch": "rename_chapter"})
    ),
    path(
        "<int:pk>/outline/section/<int:row>/", OutlineViewSet.as_view({"patch": "rename_section"})
    ),
    path(
        "<int:pk>/outline/chapter/<int:row>/remove/",
        OutlineViewSet.as_view({"post": "remove_chapter"}),
    ),
    path(
        "<int:pk>/outline/section/<int:row>/remove/",
        OutlineViewSet.as_view({"post": "remove_section"}),
    ),
]
