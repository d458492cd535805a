from django.urls import path

from luffy_api.apps.learning import shortcuts
from luffy_api.apps.learning.views import quizzes
from luffy_api.apps.learning.views import sections as views

shortcuts.register()
urlpatterns = [
    path("mine/", views.MyCourseViewSet.as_view({"get": "mine"})),
    path("mine/ended/", views.EndedCourseViewSet.as_view({"get": "list"})),
    path("mine/progress/", views.CourseProgressViewSet.as_view({"get": "several"})),
    path("certificate/", views.CertificateViewSet.as_view({"get": "list"})),
    path("certificate/<str:number>/", views.VerificationViewSet.as_view({"get": "retrieve"})),
    path("certificate/<str:number>/file/", views.CertificateViewSet.as_view({"get": "file"})),
    path(
        "<int:pk>/certificate/",
        views.CourseCertificateViewSet.as_view({"get": "retrieve", "post": "issue"}),
    ),
    path("playing/", views.PlayingViewSet.as_view({"post": "claim"})),
    path("<int:pk>/attachment/", views.AttachmentViewSet.as_view({"get": "retrieve"})),
    path("<int:pk>/progress/", views.CourseProgressViewSet.as_view({"get": "retrieve"})),
    path("section/<int:pk>/answer/", views.SectionViewSet.as_view({"put": "answer"})),
    path("section/<int:pk>/play/", views.SectionViewSet.as_view({"get": "play"})),
    path("section/<int:pk>/content/", views.SectionViewSet.as_view({"get": "content"})),
    path("section/<int:pk>/quiz/", quizzes.QuizViewSet.as_view({"get": "retrieve"})),
    path(
        "section/<int:pk>/quiz/attempts/",
        quizzes.QuizViewSet.as_view({"get": "attempts", "post": "submit"}),
    ),
    path("section/<int:pk>/progress/", views.SectionViewSet.as_view({"put": "progress"})),
    path(
        "<int:pk>/preview/section/<int:section>/play/",
        views.PreviewSectionViewSet.as_view({"get": "play"}),
    ),
    path(
        "<int:pk>/preview/section/<int:section>/content/",
        views.PreviewSectionViewSet.as_view({"get": "content"}),
    ),
    path(
        "<int:pk>/preview/section/<int:section>/quiz/",
        quizzes.PreviewQuizViewSet.as_view({"get": "retrieve"}),
    ),
    path(
        "section/<int:pk>/hls/<str:token>/<path:name>",
        views.PlaylistViewSet.as_view({"get": "retrieve"}),
    ),
]
