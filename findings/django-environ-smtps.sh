#!/usr/bin/env bash
# django-environ reads smtps:// as the one of the two TLS variants that port 465 does not speak.
#
# Version:  django-environ 0.14.0 with Django 5.2.19. The server speaks SMTP inside TLS with a
#           certificate of trustme 1.2.1.
# Expected: smtps://…:465 is SMTP inside TLS, as https is HTTP inside TLS; port 465 is registered for that
#           (RFC 8314). Django calls it EMAIL_USE_SSL. The documentation lists smtp, smtp+ssl and smtp+tls
#           and does not say what smtps, which is taken too, means.
# Seen:     smtps is smtp+tls: EMAIL_USE_TLS, which is STARTTLS, with the port 465. The client waits for a
#           greeting in plain text and the server for the client's TLS handshake. The certificate is
#           fine: smtp+ssl sends the mail to the same server.
# Matters:  Django's EMAIL_TIMEOUT is None, so the first mail of a shop blocks its worker until the server
#           hangs up, and the error names no cause. Write smtp+ssl://, and set EMAIL_TIMEOUT (here 5
#           seconds).
#
# Output seen (address, what Django is told, what came of the mail):
#   smtps://127.0.0.1:465 | EMAIL_PORT=465 EMAIL_USE_TLS=True | SMTPServerDisconnected: Connection unexpectedly closed: timed out
#   smtp+tls://127.0.0.1:465 | EMAIL_PORT=465 EMAIL_USE_TLS=True | SMTPServerDisconnected: Connection unexpectedly closed: timed out
#   smtp+ssl://127.0.0.1:465 | EMAIL_PORT=465 EMAIL_USE_SSL=True | sent
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check \
    Django==5.2.19 django-environ==0.14.0 trustme==1.2.1

cat > "$folder/mail.py" <<'PYTHON'
import os
import socket
import ssl
import sys
import threading

import environ
import trustme
from django.conf import settings

settings.configure(EMAIL_TIMEOUT=5)

from django.core.mail import EmailMessage, get_connection


def certified(folder):
    """The TLS side of a server on 127.0.0.1, whose certificate this process trusts."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(f"{folder}/ca.pem")
    os.environ["SSL_CERT_FILE"] = f"{folder}/ca.pem"
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    return context


def serve(listener, context):
    """Receive one mail by SMTP inside TLS."""
    client, _ = listener.accept()
    try:
        with context.wrap_socket(client, server_side=True) as tls, tls.makefile("rwb", buffering=0) as lines:
            lines.write(b"220 ready\r\n")
            while command := lines.readline().strip().upper():
                if command == b"DATA":
                    lines.write(b"354 go on\r\n")
                    while lines.readline() != b".\r\n":
                        pass
                lines.write(b"221 bye\r\n" if command == b"QUIT" else b"250 ok\r\n")
    except OSError:
        pass  # no handshake came


def outcome(config, port):
    connection = get_connection(
        config["EMAIL_BACKEND"],
        host=config["EMAIL_HOST"],
        port=port,
        use_tls=config.get("EMAIL_USE_TLS", False),
        use_ssl=config.get("EMAIL_USE_SSL", False),
    )
    message = EmailMessage("Order", "Paid.", "shop@example.com", ["me@example.com"])
    try:
        connection.send_messages([message])
    except OSError as error:
        return f"{type(error).__name__}: {error}"
    return "sent"


tls = certified(sys.argv[1])
for address in ("smtps://127.0.0.1:465", "smtp+tls://127.0.0.1:465", "smtp+ssl://127.0.0.1:465"):
    config = environ.Env.email_url_config(address)
    told = [f"{name}={config[name]}" for name in sorted(config) if name[6:] in ("USE_TLS", "USE_SSL", "PORT")]
    # A free port takes the place of 465, which only root may open.
    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=serve, args=(listener, tls), daemon=True).start()
        print(address, "|", *told, "|", outcome(config, listener.getsockname()[1]))
PYTHON

"$folder/venv/bin/python" "$folder/mail.py" "$folder" | tee "$folder/seen"
sed -n '/^# Output seen/,/^set -/s/^#   //p' "$0" > "$folder/before"
diff "$folder/before" "$folder/seen" || { echo "The behaviour has changed." >&2; exit 1; }
