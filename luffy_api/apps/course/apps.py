from django.apps import AppConfig


class CourseConfig(AppConfig):
    name = "luffy_api.apps.course"
    label = "course"
    verbose_name = "课程"
