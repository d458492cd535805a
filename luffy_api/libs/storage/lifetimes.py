"""How long URLs, upload permissions and cached copies live.

Those that the shop chooses are in luffy_api/settings/limits.py: SIGNED_URL_MAX_LIFETIME and
UPLOAD_LIFETIME. Here are those that the storages themselves need.
"""

from datetime import timedelta

# Of `url` of a private file, which Django's own pages (the back office) show.
PRIVATE_URL = timedelta(minutes=10)
# Of the URL to which a browser PUTs one part of an upload (S3).
PART_URL = timedelta(hours=1)
# Of what signs a single request of this server to Qiniu: upload tokens, download URLs.
SERVER_REQUEST = timedelta(hours=1)
# Signed URLs of public files in a private bucket (Qiniu) change once in this time.
PUBLIC_URL_ROTATION = timedelta(weeks=1)

# Browsers and CDNs keep a public file for thirty days: a changed file has another name.
PUBLIC_CACHE_CONTROL = "public, max-age=2592000"
PRIVATE_CACHE_CONTROL = f"private, max-age={PRIVATE_URL // timedelta(seconds=1)}"
