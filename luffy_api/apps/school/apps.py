from django.apps import AppConfig


class SchoolConfig(AppConfig):
    name = "luffy_api.apps.school"
    label = "school"
    verbose_name = "学校"
