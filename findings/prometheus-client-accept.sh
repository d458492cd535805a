#!/usr/bin/env bash
# prometheus_client answers 500 to a scrape whose Accept header has a version that is no number.
#
# Version:  prometheus_client 0.26.0.
# Expected: an Accept header is a wish of the client: what cannot be understood is passed over, as
#           `text/plain;version=` is here, and the answer has the default format (RFC 9110, 12.4.1).
# Seen:     choose_encoder raises TypeError for `text/plain;version=abc`, since its parse_version keeps a word
#           as a string and compares it with a number. make_wsgi_app, start_http_server and every view of
#           one's own that follows the documentation call it with what the client sent.
# Matters:  any stranger who reaches the page, and a scraper with an odd version, makes an exception
#           and a 500; an alert on 5xx then rings because somebody looked at the metrics. One format for
#           everybody needs no choose_encoder: Prometheus reads text/plain; version=0.0.4.
#
# Output seen (Accept, status of make_wsgi_app):
#   text/plain;version=0.0.4 | 200 OK
#   text/plain;version= | 200 OK
#   text/plain;version=abc | TypeError: '>=' not supported between instances of 'str' and 'int'
#   application/openmetrics-text;version=1.x | TypeError: '>=' not supported between instances of 'str' and 'int'
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check prometheus_client==0.26.0

cat > "$folder/accept.py" <<'PYTHON'
from wsgiref.util import setup_testing_defaults

from prometheus_client import CollectorRegistry, make_wsgi_app

app = make_wsgi_app(CollectorRegistry())
for accept in ("text/plain;version=0.0.4", "text/plain;version=", "text/plain;version=abc",
               "application/openmetrics-text;version=1.x"):
    environ = {"HTTP_ACCEPT": accept}
    setup_testing_defaults(environ)
    seen = []
    try:
        app(environ, lambda status, headers: seen.append(status))
    except Exception as error:
        seen.append(f"{type(error).__name__}: {error}")
    print(accept, "|", *seen)
PYTHON

"$folder/venv/bin/python" "$folder/accept.py" | tee "$folder/seen"
sed -n '/^# Output seen/,/^set -/s/^#   //p' "$0" > "$folder/before"
diff "$folder/before" "$folder/seen" || { echo "The behaviour has changed." >&2; exit 1; }
