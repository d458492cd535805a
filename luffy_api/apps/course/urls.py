from django.urls import path

from luffy_api.apps.course import views

urlpatterns = [
    path("", views.CourseListViewSet.as_view({"get": "list"})),
    path("category/", views.CategoryViewSet.as_view({"get": "list"})),
    path("chapter/", views.ChapterViewSet.as_view({"get": "list"})),
    path("<int:pk>/", views.CourseViewSet.as_view({"get": "retrieve"})),
    path("<int:pk>/related/", views.RelatedViewSet.as_view({"get": "list"})),
    path("<int:pk>/share/", views.ShareViewSet.as_view({"get": "retrieve"})),
    path("<int:pk>/share/card/", views.ShareViewSet.as_view({"get": "card"})),
    path("<int:pk>/preview/", views.PreviewViewSet.as_view({"get": "retrieve"})),
    path("<int:pk>/preview/chapter/", views.PreviewViewSet.as_view({"get": "chapters"})),
    path("<int:pk>/enroll/", views.CourseViewSet.as_view({"post": "enroll", "delete": "leave"})),
]
