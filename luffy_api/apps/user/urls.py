from rest_framework.routers import SimpleRouter

from luffy_api.apps.user.views import accounts, social

router = SimpleRouter()
router.register("", accounts.AuthViewSet, basename="auth")
router.register("", accounts.AccountViewSet, basename="account")
router.register("social", social.SocialLoginViewSet, basename="social-login")
router.register("social", social.SocialAccountViewSet, basename="social-account")

urlpatterns = router.urls
