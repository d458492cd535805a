"""Other front ends: which origins may call the API from a browser, and what they may read."""

from luffy_api.settings import env

# Exactly as browsers send them. None of them gets cookies: students are known by their token.
CORS_ALLOWED_ORIGINS = env.origins("CORS_ALLOWED_ORIGINS")
CORS_ALLOW_CREDENTIALS = False
# The API, and the files of videos: players read playlists and segments by script.
CORS_URLS_REGEX = r"^/(?:api/v1|files)/"
CORS_ALLOW_HEADERS = ("accept", "authorization", "content-type", "range", "x-request-id")
CORS_EXPOSE_HEADERS = (
    *("Accept-Ranges", "Content-Disposition", "Content-Range", "Date", "ETag"),
    *("Retry-After", "X-Request-ID"),
)

_PUBLISHED = "luffy_api.apps.publishing.middleware.PublishedBytesMiddleware"


def with_foreign_origins(middleware: list[str]) -> list[str]:
    """The layers, and those that answer to other origins: headers outside of what is kept.

    A kept answer has its addresses rewritten already.
    """
    at = middleware.index(_PUBLISHED)
    return [
        *middleware[:at],
        "corsheaders.middleware.CorsMiddleware",
        _PUBLISHED,
        "luffy_api.common.foreign_origins.AbsoluteAddressesMiddleware",
        *middleware[at + 1 :],
    ]
