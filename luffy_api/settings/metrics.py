"""/metrics: who may read it, and where processes keep what they count."""

from django.core.exceptions import ImproperlyConfigured

from luffy_api.settings import env

MIN_TOKEN_LENGTH = 16

# The folder that the processes of this machine share, by the name that prometheus_client reads
# itself. Without it each process shows what it has counted alone.
METRICS_DIR = env.text("PROMETHEUS_MULTIPROC_DIR", "")
# Opens /metrics; without one it is for this machine alone.
METRICS_TOKEN = env.secret("METRICS_TOKEN", "")
if METRICS_TOKEN and len(METRICS_TOKEN) < MIN_TOKEN_LENGTH:
    raise ImproperlyConfigured(
        f"METRICS_TOKEN is too short: use at least {MIN_TOKEN_LENGTH} random characters."
    )
