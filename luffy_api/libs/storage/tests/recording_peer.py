"""Whatever host a client calls by https: a proxy that answers itself, and keeps every request.

Clients find it by HTTPS_PROXY and trust it by AWS_CA_BUNDLE; they call the providers' addresses.
"""

import ssl
from dataclasses import dataclass
from datetime import timedelta
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from django.utils import timezone

NOTHING_LISTED = b"<ListBucketResult><KeyCount>0</KeyCount></ListBucketResult>"


@dataclass(frozen=True)
class Recorded:
    """One request: `host` as the client connected to it, `path` with the query."""

    host: str
    method: str
    path: str
    headers: Message
    body: bytes

    @property
    def scope(self) -> str:
        """The region that the signature names."""
        return self.headers["Authorization"].partition("Credential=")[2].split("/")[2]


def write_certificate(folder: Path, names: list[str]) -> tuple[Path, Path]:
    """A certificate for these host names, which may begin with `*.`, and its key; valid today."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "storage of a test")])
    alternatives = x509.SubjectAlternativeName([x509.DNSName(name) for name in names])
    now = timezone.now()
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(alternatives, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    paths = folder / "certificate.pem", folder / "key.pem"
    pem = serialization.Encoding.PEM
    paths[0].write_bytes(certificate.public_bytes(pem))
    plain = serialization.NoEncryption()
    paths[1].write_bytes(key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain))
    return paths


class RecordingPeer(ThreadingHTTPServer):
    """Answers for every host of `names`."""

    daemon_threads = True

    def __init__(self, folder: Path, names: list[str]) -> None:
        super().__init__(("127.0.0.1", 0), _Proxy)
        self.certificate, key = write_certificate(folder, names)
        self.tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        self.tls.load_cert_chain(self.certificate, key)
        self.requests: list[Recorded] = []

    @property
    def url(self) -> str:
        """For HTTPS_PROXY."""
        return f"http://127.0.0.1:{self.server_port}"

    def start(self) -> "RecordingPeer":
        """In a thread."""
        Thread(target=self.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def stop(self) -> None:
        """Ends it."""
        self.shutdown()
        self.server_close()


class _Proxy(BaseHTTPRequestHandler):
    server: RecordingPeer
    protocol_version = "HTTP/1.1"

    def do_CONNECT(self) -> None:
        """Says yes, and is the host itself from then on."""
        self.send_response(200)
        self.end_headers()
        host = self.path.removesuffix(":443")
        with self.server.tls.wrap_socket(self.connection, server_side=True) as inner:
            _Host(inner, (host, 443), self.server)
        self.close_connection = True

    def log_message(self, *args: object) -> None:
        """Logs nothing."""


class _Host(_Proxy):
    def handle_any(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        [host, _] = self.client_address
        self.server.requests.append(Recorded(host, self.command, self.path, self.headers, body))
        xml = NOTHING_LISTED if self.command == "GET" else b""
        self.send_response(404 if self.command == "HEAD" else 200)
        self.send_header("ETag", '"etag"')
        self.send_header("Content-Length", str(len(xml)))
        self.end_headers()
        self.wfile.write(xml)

    do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = handle_any
