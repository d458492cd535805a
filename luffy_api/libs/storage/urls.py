from django.urls import path

from luffy_api.libs.storage import serving

urlpatterns = [
    path("media/<path:name>", serving.public),
    path("files/<str:token>/<path:name>", serving.private),
]
