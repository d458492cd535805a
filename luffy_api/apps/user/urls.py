from rest_framework.routers import SimpleRouter

from luffy_api.apps.user import views

router = SimpleRouter()
router.register("", views.AuthViewSet, basename="auth")
router.register("", views.AccountViewSet, basename="account")

urlpatterns = router.urls
