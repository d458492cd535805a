from django.urls import path

from luffy_api.apps.video import views

urlpatterns = [
    path("section/<int:pk>/media/", views.MediaViewSet.as_view({"get": "retrieve"})),
    path("section/<int:pk>/media/retry/", views.MediaViewSet.as_view({"post": "retry"})),
    path("section/<int:pk>/subtitles/", views.SubtitleViewSet.as_view({"get": "list"})),
    path(
        "section/<int:pk>/subtitles/<str:language>/",
        views.SubtitleViewSet.as_view({"put": "update", "delete": "destroy"}),
    ),
    path("upload/", views.UploadViewSet.as_view({"post": "create"})),
    path("upload/callback/", views.CallbackViewSet.as_view({"post": "uploaded"})),
    path("upload/transcoded/", views.CallbackViewSet.as_view({"post": "transcoded"})),
    path("upload/<int:pk>/", views.UploadViewSet.as_view({"get": "retrieve", "delete": "destroy"})),
    path("upload/<int:pk>/sign/", views.UploadViewSet.as_view({"post": "sign"})),
    path("upload/<int:pk>/parts/<int:number>/", views.UploadViewSet.as_view({"put": "part"})),
    path("upload/<int:pk>/complete/", views.UploadViewSet.as_view({"post": "complete"})),
]
