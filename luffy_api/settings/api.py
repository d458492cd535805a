"""The API: authentication, limits and the OpenAPI document."""

from typing import Any

from luffy_api.settings import env

TRUSTED_PROXIES = env.integer("TRUSTED_PROXIES", 0, maximum=100)

REST_FRAMEWORK: dict[str, Any] = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["luffy_api.apps.user.authentication.TokenAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["luffy_api.common.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["luffy_api.common.parsers.LimitedJSONParser"],
    "DEFAULT_PAGINATION_CLASS": "luffy_api.common.pagination.PagePagination",
    "DEFAULT_SCHEMA_CLASS": "luffy_api.common.schema.EnvelopeSchema",
    "DEFAULT_THROTTLE_CLASSES": ["luffy_api.common.throttling.RateThrottle"],
    # Without it a forged X-Forwarded-For passes every rate limit.
    "NUM_PROXIES": TRUSTED_PROXIES,
    # OPTIONS would answer a description outside of the envelope; the schema says it better.
    "DEFAULT_METADATA_CLASS": None,
    "EXCEPTION_HANDLER": "luffy_api.common.exception_handler.handle",
    "DATETIME_FORMAT": "iso-8601",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
API_BODY_LIMIT = 256 * 1024

SPECTACULAR_SETTINGS: dict[str, Any] = {
    "TITLE": "Luffy API",
    "DESCRIPTION": "The online school's API. Every answer is one envelope: code, msg, data.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SCHEMA_PATH_PREFIX": "/api/v1/",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SERVE_AUTHENTICATION": [],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "COMPONENT_SPLIT_REQUEST": True,
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "luffy_api.common.schema.add_codes",
    ],
    "ENUM_NAME_OVERRIDES": {
        "AgreementKind": "luffy_api.apps.school.models.AgreementKind",
        "CourseKind": "luffy_api.apps.course.models.Course.Kind",
        "CourseType": "luffy_api.apps.course.models.Course.CourseType",
        "CourseLevel": "luffy_api.apps.course.models.Course.Level",
        "CourseStatus": "luffy_api.apps.course.models.Course.Status",
        "SectionType": "luffy_api.apps.course.models.CourseSection.SectionType",
        "QuestionKind": "luffy_api.apps.learning.quiz_questions.QuestionKind",
        "QuizReveal": "luffy_api.apps.learning.models.Quiz.Reveal",
        "OrderStatus": "luffy_api.apps.order.states.OrderStatus",
        "InvoiceKind": "luffy_api.apps.order.models.Invoice.Kind",
        "InvoiceState": "luffy_api.apps.order.models.InvoiceState",
        "MediaState": "luffy_api.apps.video.models.MediaState",
        "PayType": "luffy_api.apps.order.models.PayType",
        "OnlinePayType": "luffy_api.apps.order.serializers.orders.ONLINE",
        "PayMethod": "luffy_api.apps.order.models.PayMethod",
        "Device": "luffy_api.apps.order.payment.cashier.Device",
        "MessageKind": "luffy_api.apps.inbox.models.Kind",
        "RefundStatus": "luffy_api.apps.order.models.RefundStatus",
        "TextFormat": "luffy_api.libs.rich_text.formats.TextFormat",
        "PostState": "luffy_api.apps.community.models.PostState",
        "CouponKind": "luffy_api.apps.promotion.pricing.CouponKind",
        "Stacking": "luffy_api.apps.promotion.pricing.Stacking",
        "LoginProvider": "luffy_api.apps.user.models.SocialAccount.Provider",
        "SmsPurpose": "luffy_api.apps.user.models.ASKABLE_PURPOSES",
    },
}
