"""Settings that dev, test and prod share; secrets and switches are theirs."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from luffy_api.settings import databases, env, files, redis_url, search
from luffy_api.settings.accounts import *  # noqa: F403
from luffy_api.settings.alerts import *  # noqa: F403
from luffy_api.settings.api import *  # noqa: F403
from luffy_api.settings.api import TRUSTED_PROXIES
from luffy_api.settings.attachments import *  # noqa: F403
from luffy_api.settings.community import *  # noqa: F403
from luffy_api.settings.limits import *  # noqa: F403
from luffy_api.settings.logs import *  # noqa: F403
from luffy_api.settings.metrics import *  # noqa: F403
from luffy_api.settings.origins import *  # noqa: F403
from luffy_api.settings.origins import CORS_ALLOWED_ORIGINS, with_foreign_origins
from luffy_api.settings.rate_limits import *  # noqa: F403
from luffy_api.settings.retention import *  # noqa: F403

BASE_DIR = env.BASE_DIR
VAR_DIR = env.folder("VAR_DIR", str(BASE_DIR / "var"))
WEB_DIST = BASE_DIR / "luffy_web" / "dist"

_port = env.integer("PORT", 8000, minimum=1, maximum=65_535)
PUBLIC_URL = env.site_url("PUBLIC_URL", f"http://127.0.0.1:{_port}")
DEMO_ALLOWED = False

INSTALLED_APPS = [
    "simpleui",
    "luffy_api.common.admin_site.BackOfficeConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "luffy_api.common.static_files.CollectedFilesConfig",
    "django.forms",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "axes",
    "csp",
    "corsheaders",
    "django_guid",
    "huey.contrib.djhuey",
    "luffy_api.apps.publishing",
    "luffy_api.apps.texts",
    "luffy_api.apps.monitoring",
    "luffy_api.apps.school",
    "luffy_api.apps.user",
    "luffy_api.apps.inbox",
    "luffy_api.apps.course",
    "luffy_api.apps.video",
    "luffy_api.apps.promotion",
    "luffy_api.apps.learning",
    "luffy_api.apps.community",
    "luffy_api.apps.order",
    "luffy_api.apps.search",
    "luffy_api.apps.home",
    "luffy_api.apps.dashboard",
]

MIDDLEWARE = [
    "django_guid.middleware.guid_middleware",
    "luffy_api.common.request_metrics.RequestMetricsMiddleware",
    "luffy_api.common.access_log.AccessLogMiddleware",
    "luffy_api.common.database_limits.DatabaseLimitsMiddleware",
    "luffy_api.apps.publishing.middleware.PublishedBytesMiddleware",
    "luffy_api.common.shortcuts.ShortcutMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "luffy_api.common.page_middleware.ApiHeadersMiddleware",
    "luffy_api.common.page_middleware.PageContentSecurityPolicyMiddleware",
    "luffy_api.common.page_middleware.PagePermissionsPolicyMiddleware",
    "luffy_api.common.page_middleware.PageStaticFilesMiddleware",
    "luffy_api.common.page_middleware.PageSessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "luffy_api.common.page_middleware.PageCsrfMiddleware",
    "luffy_api.common.page_middleware.PageAuthenticationMiddleware",
    "luffy_api.common.page_middleware.PageMessageMiddleware",
    "luffy_api.common.audit_middleware.AuditAddressMiddleware",
    "luffy_api.common.body_length.LengthRequiredMiddleware",
    "luffy_api.common.page_middleware.PageFrameOptionsMiddleware",
]
if CORS_ALLOWED_ORIGINS:
    MIDDLEWARE = with_foreign_origins(MIDDLEWARE)

ROOT_URLCONF = "luffy_api.urls"
WSGI_APPLICATION = "luffy_api.wsgi.application"
ASGI_APPLICATION = "luffy_api.asgi.application"
# Alipay follows no redirect from the notification path, and the API has one URL per resource.
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

# Widgets are found in our own templates, too: Django's have half-width colons in them.
FORM_RENDERER = "luffy_api.common.form_renderer.FormRenderer"

# --- Data -------------------------------------------------------------------------------------

DATABASES = {
    "default": databases.parse(
        env.secret("DATABASE_URL", f"sqlite:///{VAR_DIR / 'luffy.sqlite3'}"), BASE_DIR
    )
}
# Where the catalogue may be read, while it is at most so many seconds behind.
if _replica := env.secret("DATABASE_REPLICA_URL", ""):
    DATABASES["replica"] = databases.replica(_replica, of=DATABASES["default"])
DATABASE_ROUTERS = ["luffy_api.common.replica.ReplicaRouter"]
DATABASE_REPLICA_MAX_LAG = env.integer("DATABASE_REPLICA_MAX_LAG", 5, minimum=1, maximum=86_400)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

SEARCH_URL = search.address(VAR_DIR)

REDIS_URL = redis_url.address()
CACHES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "luffy_api.common.caches.RedisOrLocalCache", "LOCATION": REDIS_URL}
    if REDIS_URL
    else {"BACKEND": "luffy_api.common.caches.LocalCache", "LOCATION": "luffy"}
}
HUEY: dict[str, Any] = {
    "name": "luffy",
    "immediate": False,
    **(
        {"huey_class": "luffy_api.common.task_queue.RedisHuey", "connection": {"url": REDIS_URL}}
        if REDIS_URL
        else {
            "huey_class": "luffy_api.common.task_queue.SqliteHuey",
            "filename": str(VAR_DIR / "huey.sqlite3"),
        }
    ),
}

# What a process of the web server keeps of answers that are the same for everybody; 0: nothing.
PUBLISHED_BYTES = env.integer("PUBLISHED_BYTES_MB", 64, minimum=0, maximum=2**20) * 1024**2

# --- Files ------------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [
    BASE_DIR / "luffy_api" / "static",
    ("handbook", BASE_DIR / "docs" / "images" / "handbook"),
]
MEDIA_URL = "/media/"
MEDIA_ROOT = VAR_DIR / "media"
PRIVATE_ROOT = VAR_DIR / "private"
# The provider of public and private storage; `move_files` reads the other configured ones too.
STORAGE = env.choice("STORAGE", files.PROVIDERS, "local")
_providers = files.configured(
    chosen=STORAGE, media=MEDIA_ROOT, private=PRIVATE_ROOT, public_url=PUBLIC_URL
)
TRANSCODER = files.TRANSCODERS.get(STORAGE, files.LOCAL_TRANSCODER)
PROVIDER_STORAGES = {name: provider.storages for name, provider in _providers.items()}
STORAGES: dict[str, dict[str, Any]] = {
    **PROVIDER_STORAGES[STORAGE],
    "staticfiles": {"BACKEND": "luffy_api.common.static_files.ManifestStorage"},
}
# The prefix of nginx' internal location, where nginx sends the bytes of local files.
ACCEL_REDIRECT_PREFIX = env.matching(
    "ACCEL_REDIRECT_PREFIX", r"(?:/(?:[A-Za-z0-9._-]+/)+)?", "/protected/", ""
)
# Called with grant and name at every request of a private file on this server: whether the viewer
# for whom the URL was signed is still entitled to the file.
PRIVATE_FILE_ACCESS_CHECK = "luffy_api.apps.learning.signed_urls.is_still_entitled"
# The SPA's files are served at the root of the site; names under /assets/ contain a hash of Vite.
WHITENOISE_ROOT: Path | None = WEB_DIST
WHITENOISE_IMMUTABLE_FILE_TEST = r"^/assets/.+-[\w-]{8}\.\w+$|^/static/.+\.[0-9a-f]{12}\..+$"
# Whether browsers keep hashed files and a page for no network; off takes away what they keep.
SERVICE_WORKER = env.boolean("SERVICE_WORKER", True)

# --- Backups -----------------------------------------------------------------------------------

# Where every night a backup is made, of which so many are kept; None: by hand only.
BACKUP_DIR = env.folder("BACKUP_DIR", "").absolute() if env.text("BACKUP_DIR", "") else None
BACKUP_KEEP = env.integer("BACKUP_KEEP", 7, minimum=1, maximum=10_000)
# Filled while the settings are read; what a backup says about keys.
SECRET_SOURCES = env.secret_sources

# --- Orders -----------------------------------------------------------------------------------

# Questions that the batches of one process ask a payment provider at the same moment.
GATEWAY_CONCURRENCY = env.integer("GATEWAY_CONCURRENCY", 8, minimum=1, maximum=100)
# Alipay closes a trade after 15 days at the latest.
ORDER_TIMEOUT = timedelta(
    minutes=env.integer("ORDER_TIMEOUT_MINUTES", 30, minimum=1, maximum=15 * 24 * 60)
)

# --- Security ---------------------------------------------------------------------------------

# The inline scripts of the app, in luffy_web/index.html: light or dark, before it is painted; and
# requests that do not wait for the scripts.
# `openssl dgst -sha256 -binary | base64` of what stands between their tags; a test compares them.
INLINE_SCRIPTS = [
    "'sha256-qPAc7bjvzBe/ctTihGEtJRTsphyF8cz7HJYLcJTs7K8='",
    "'sha256-mAol063Qkz/dvFJXdE6esRfI9tMPEpZfjcbPZp51cUg='",
]
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "script-src": ["'self'", *INLINE_SCRIPTS],
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
files.add_origins(CONTENT_SECURITY_POLICY["DIRECTIVES"], _providers[STORAGE])
# simpleui compiles its templates in the browser (Vue 2), which needs eval and inline scripts.
BACK_OFFICE_SCRIPT_SRC = ["'self'", "'unsafe-inline'", "'unsafe-eval'"]
# No page uses these browser features; an empty list forbids them to every origin.
PERMISSIONS_POLICY: dict[str, list[str]] = {
    feature: [] for feature in ("camera", "geolocation", "microphone", "payment")
}
X_FRAME_OPTIONS = "SAMEORIGIN"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SESSION_ENGINE = "luffy_api.common.sessions"
SESSION_COOKIE_HTTPONLY = True
CSRF_COOKIE_HTTPONLY = False
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]
CSRF_FAILURE_VIEW = "luffy_api.common.error_views.csrf_failure"
if TRUSTED_PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# --- Language and time ------------------------------------------------------------------------

LANGUAGE_CODE = "zh-hans"
# What Django has no Chinese for.
LOCALE_PATHS = [BASE_DIR / "luffy_api/locale"]
# Forms refuse the dates that pages show with Django's own formats.
FORMAT_MODULE_PATH = ["luffy_api.settings.formats"]
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
SIMPLEUI_ICON = {
    "导入与导出": "fas fa-file-import",
    "优惠活动": "fas fa-tags",
    "章节": "fas fa-list-ol",
    "讲师": "fas fa-chalkboard-teacher",
    "商品": "fas fa-book-open",
    "交易": "fas fa-receipt",
    "学员": "fas fa-user-graduate",
    "内容": "fas fa-bullhorn",
    "搜索": "fas fa-search",
    "系统": "fas fa-cogs",
    "测试网关": "fas fa-vial",
    "热门搜索词": "fas fa-fire",
}
