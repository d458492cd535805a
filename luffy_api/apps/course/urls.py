from django.urls import path

from luffy_api.apps.course import views

urlpatterns = [
    path("", views.CourseListViewSet.as_view({"get": "list"})),
    path("category/", views.CategoryViewSet.as_view({"get": "list"})),
    path("chapter/", views.ChapterViewSet.as_view({"get": "list"})),
    path("mine/", views.CourseViewSet.as_view({"get": "mine"})),
    path("<int:pk>/", views.CourseViewSet.as_view({"get": "retrieve"})),
    path("<int:pk>/enroll/", views.CourseViewSet.as_view({"post": "enroll"})),
    path("<int:pk>/attachment/", views.CourseViewSet.as_view({"get": "attachment"})),
    path("section/<int:pk>/play/", views.SectionViewSet.as_view({"get": "play"})),
    path("section/<int:pk>/content/", views.SectionViewSet.as_view({"get": "content"})),
    path("section/<int:pk>/progress/", views.SectionViewSet.as_view({"put": "progress"})),
    path(
        "section/<int:pk>/hls/<str:token>/<path:name>",
        views.PlaylistViewSet.as_view({"get": "retrieve"}),
    ),
    path("section/<int:pk>/media/", views.MediaViewSet.as_view({"get": "retrieve"})),
    path("section/<int:pk>/media/retry/", views.MediaViewSet.as_view({"post": "retry"})),
    path("upload/", views.UploadViewSet.as_view({"post": "create"})),
    path("upload/callback/", views.CallbackViewSet.as_view({"post": "uploaded"})),
    path("upload/transcoded/", views.CallbackViewSet.as_view({"post": "transcoded"})),
    path("upload/<int:pk>/", views.UploadViewSet.as_view({"get": "retrieve", "delete": "destroy"})),
    path("upload/<int:pk>/sign/", views.UploadViewSet.as_view({"post": "sign"})),
    path("upload/<int:pk>/parts/<int:number>/", views.UploadViewSet.as_view({"put": "part"})),
    path("upload/<int:pk>/complete/", views.UploadViewSet.as_view({"post": "complete"})),
]
