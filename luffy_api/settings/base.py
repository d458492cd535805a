"""Settings every environment shares. Secrets and switches come from dev, test or prod."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from luffy_api.settings import databases, env

BASE_DIR = env.BASE_DIR
VAR_DIR = Path(env.text("VAR_DIR", str(BASE_DIR / "var")))
WEB_DIST = BASE_DIR / "luffy_web" / "dist"

PUBLIC_URL = env.address("PUBLIC_URL", f"http://127.0.0.1:{env.integer('PORT', 8000, minimum=1)}")
TRUSTED_PROXIES = env.integer("TRUSTED_PROXIES", 0)
DEMO_ALLOWED = False

INSTALLED_APPS = [
    "simpleui",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "csp",
    "django_guid",
    "huey.contrib.djhuey",
    "luffy_api.apps.user",
    "luffy_api.apps.course",
    "luffy_api.apps.order",
    "luffy_api.apps.search",
    "luffy_api.apps.home",
]

MIDDLEWARE = [
    "django_guid.middleware.guid_middleware",
    "luffy_api.common.access_log.AccessLogMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "luffy_api.common.security_headers.ContentSecurityPolicyMiddleware",
    "luffy_api.common.security_headers.PermissionsPolicyMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    # Django's own class would be taken out of this list by simpleui, for the whole site.
    "luffy_api.common.security_headers.FrameOptionsMiddleware",
]

ROOT_URLCONF = "luffy_api.urls"
WSGI_APPLICATION = "luffy_api.wsgi.application"
ASGI_APPLICATION = "luffy_api.asgi.application"
# The notification path and the API have no second spelling, so nothing is ever redirected to one.
APPEND_SLASH = False

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "luffy_api" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

# --- Data -------------------------------------------------------------------------------------

DATABASES = {
    "default": databases.parse(
        env.secret("DATABASE_URL", f"sqlite:///{VAR_DIR / 'luffy.sqlite3'}"), BASE_DIR
    )
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.secret("REDIS_URL", "")
CACHES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}
    if REDIS_URL
    else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "luffy"}
}
HUEY: dict[str, Any] = {
    "name": "luffy",
    "immediate": False,
    **(
        {"huey_class": "huey.RedisHuey", "connection": {"url": REDIS_URL}}
        if REDIS_URL
        else {"huey_class": "huey.SqliteHuey", "filename": str(VAR_DIR / "huey.sqlite3")}
    ),
}

# --- Files ------------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
MEDIA_URL = "/media/"
MEDIA_ROOT = VAR_DIR / "media"
PRIVATE_ROOT = VAR_DIR / "private"
STORAGES: dict[str, dict[str, Any]] = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": MEDIA_ROOT, "base_url": MEDIA_URL},
    },
    "private": {
        "BACKEND": "luffy_api.libs.storage.local.PrivateFileSystemStorage",
        "OPTIONS": {"location": PRIVATE_ROOT, "base_url": "/files/"},
    },
    "staticfiles": {"BACKEND": "luffy_api.common.static_files.ManifestStorage"},
}
# The SPA's files stand beside index.html at the root of the site; Vite puts a hash into the name
# of everything under /assets/.
WHITENOISE_ROOT = WEB_DIST
WHITENOISE_IMMUTABLE_FILE_TEST = r"^/assets/.+-[\w-]{8}\.\w+$|^/static/.+\.[0-9a-f]{12}\..+$"
PLAY_URL_LIFETIME = timedelta(hours=2)

# --- Accounts ---------------------------------------------------------------------------------

AUTH_USER_MODEL = "user.User"
AUTHENTICATION_BACKENDS = ["luffy_api.apps.user.backends.IdentityBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 8},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
JWT_AUTH = {
    "JWT_AUTH_HEADER_PREFIX": "JWT",
    "JWT_EXPIRATION_DELTA": timedelta(hours=2),
    "JWT_REFRESH_EXPIRATION_DELTA": timedelta(days=14),
    "JWT_ISSUER": "luffy",
    "JWT_AUDIENCE": "luffy-web",
    "JWT_LEEWAY": 10,
    "JWT_TOKEN_ID": "require",
}
SMS_BACKEND = "console"
SMS_CODE_LIFETIME = timedelta(minutes=5)
SMS_CODE_INTERVAL = timedelta(seconds=60)
SMS_CODE_TRIES = 5

# --- API --------------------------------------------------------------------------------------

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["luffy_api.apps.user.authentication.TokenAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["luffy_api.common.parsers.LimitedJSONParser"],
    "DEFAULT_PAGINATION_CLASS": "luffy_api.common.pagination.PagePagination",
    "DEFAULT_SCHEMA_CLASS": "luffy_api.common.schema.EnvelopeSchema",
    "DEFAULT_THROTTLE_CLASSES": [
        "luffy_api.common.throttling.AnonThrottle",
        "luffy_api.common.throttling.UserThrottle",
    ],
    "DEFAULT_THROTTLE_RATES": {
        "anon": "600/min",
        "user": "600/min",
        "login": "10/min",
        "sms_code": "20/hour",
    },
    # Without it a forged X-Forwarded-For passes every throttle.
    "NUM_PROXIES": TRUSTED_PROXIES,
    # OPTIONS would answer a description outside of the envelope; the schema says it better.
    "DEFAULT_METADATA_CLASS": None,
    "EXCEPTION_HANDLER": "luffy_api.common.exception_handler.handle",
    "DATETIME_FORMAT": "iso-8601",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
API_BODY_LIMIT = 256 * 1024

SPECTACULAR_SETTINGS = {
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
        "CourseKind": "luffy_api.apps.course.models.Course.Kind",
        "CourseType": "luffy_api.apps.course.models.Course.CourseType",
        "CourseLevel": "luffy_api.apps.course.models.Course.Level",
        "CourseStatus": "luffy_api.apps.course.models.Course.Status",
        "SectionType": "luffy_api.apps.course.models.CourseSection.SectionType",
        "OrderStatus": "luffy_api.apps.order.states.OrderStatus",
        "PayType": "luffy_api.apps.order.models.PayType",
        "SmsPurpose": "luffy_api.apps.user.models.SmsPurpose",
    },
}

# --- Orders -----------------------------------------------------------------------------------

ORDER_TIMEOUT = timedelta(minutes=env.integer("ORDER_TIMEOUT_MINUTES", 30, minimum=1))

# --- Security ---------------------------------------------------------------------------------

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "script-src": ["'self'"],
        "style-src": ["'self'", "'unsafe-inline'"],
        "img-src": ["'self'", "data:", "blob:"],
        "media-src": ["'self'", "blob:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "worker-src": ["'self'", "blob:"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'self'"],
    }
}
# simpleui compiles its templates in the browser (Vue 2), which needs eval and inline scripts.
BACK_OFFICE_SCRIPT_SRC = ["'self'", "'unsafe-inline'", "'unsafe-eval'"]
X_FRAME_OPTIONS = "SAMEORIGIN"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SESSION_COOKIE_HTTPONLY = True
CSRF_COOKIE_HTTPONLY = False
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]
if TRUSTED_PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# --- Language and time ------------------------------------------------------------------------

LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True

# --- Back office ------------------------------------------------------------------------------

SIMPLEUI_HOME_TITLE = "Luffy 学堂"
SIMPLEUI_HOME_INFO = False
SIMPLEUI_HOME_ACTION = False
SIMPLEUI_ANALYSIS = False
SIMPLEUI_LOGIN_PARTICLES = False
SIMPLEUI_STATIC_OFFLINE = True
SIMPLEUI_DEFAULT_THEME = "simpleui.css"
# Apps by their verbose_name, in this order; an app that is not named here is not in the menu.
SIMPLEUI_CONFIG = {
    "menu_display": ["课程", "订单", "用户", "首页", "搜索", "认证和授权", "本地支付网关"]
}
SIMPLEUI_ICON = {
    "优惠活动": "fas fa-tags",
    "章节": "fas fa-list-ol",
    "讲师": "fas fa-chalkboard-teacher",
    "搜索": "fas fa-search",
    "热门搜索词": "fas fa-fire",
}

# --- Logs -------------------------------------------------------------------------------------

DJANGO_GUID = {
    "GUID_HEADER_NAME": "X-Request-ID",
    "VALIDATE_GUID": True,
    "RETURN_HEADER": True,
    "EXPOSE_HEADER": False,
    "UUID_LENGTH": 32,
    "UUID_FORMAT": "hex",
}
LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"request_id": {"()": "django_guid.log_filters.CorrelationId"}},
    "formatters": {
        "line": {
            "format": "{asctime} {levelname:<7} {correlation_id} {name} {message}",
            "style": "{",
        }
    },
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": "line",
            "filters": ["request_id"],
        }
    },
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        "django": {"handlers": [], "level": "INFO", "propagate": True},
        # Our access log says the same once, with the time it took.
        "django.request": {"level": "ERROR"},
        "django.server": {"handlers": [], "level": "INFO", "propagate": True},
        "django_guid": {"level": "WARNING"},
        # Its consumer adds a second handler unless it finds one here.
        "huey": {"handlers": ["console"], "level": "WARNING", "propagate": False},
    },
}
