from django.urls import path

from luffy_api.apps.texts.views import PictureParser, TextParser, TextViewSet

urlpatterns = [
    path("picture/", TextViewSet.as_view({"post": "add_picture"}, parser_classes=[PictureParser])),
    path("conversion/", TextViewSet.as_view({"post": "convert"}, parser_classes=[TextParser])),
]
