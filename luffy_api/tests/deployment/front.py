"""nginx with the site of deploy/nginx in front of a machine's web services, and its clients."""

import http.client
import os
import socket
import ssl
import subprocess
import time
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from django.utils import timezone

from luffy_api.tests.deployment.machine import Machine

HOST = "school.example"
MODULES = Path("/usr/lib/nginx/modules")
BROTLI = [MODULES / f"ngx_http_brotli_{name}_module.so" for name in ("filter", "static")]
FRAME = """
daemon off;
pid {folder}/pid;
error_log {folder}/error.log;
{load}
events {{}}
http {{
    include /etc/nginx/mime.types;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {site};
}}
"""


@dataclass(frozen=True)
class Answer:
    """An HTTP response; `headers` have lower-case names."""

    status: int
    headers: dict[str, str]
    body: bytes


class Front:
    """nginx of a machine; it waits `timeout` seconds for the rest of a request."""

    def __init__(self, machine: Machine, *, timeout: int) -> None:
        self.machine = machine
        self.folder = machine.path("/nginx/pid").parent
        self.certificate = machine.path("/etc/luffy/tls/fullchain.pem")
        self._write_certificate()
        site = machine.text("nginx/luffy.conf")
        lines = [line for line in site.splitlines() if "listen [::]" not in line]
        for said, here in {
            "listen 80": f"listen 127.0.0.1:{machine.http}",
            "listen 443": f"listen 127.0.0.1:{machine.https}",
            "client_header_timeout 10s": f"client_header_timeout {timeout}s",
        }.items():
            assert any(said in line for line in lines)
            lines = [line.replace(said, here) for line in lines]
        path = machine.path("/etc/nginx/sites-enabled/luffy.conf")
        path.write_text("\n".join(lines))
        for name in ("proxy.conf", "brotli.conf"):
            machine.path(f"/etc/nginx/luffy/{name}").write_text(machine.text(f"nginx/{name}"))
        machine.path("/var/log/luffy/access.log")
        load = "\n".join(f"load_module {module};" for module in BROTLI)
        if os.geteuid() == 0:
            # The scratch folder of a test is open to nobody but its owner.
            load += "\nuser root;"
        self.config = self.folder / "nginx.conf"
        self.config.write_text(FRAME.format(folder=self.folder, site=path, load=load))
        self.command = ["nginx", "-p", self.folder, "-e", self.folder / "error.log"]
        self.command += ["-c", self.config]
        self.process: subprocess.Popen[bytes] | None = None

    def check(self) -> str:
        """What `nginx -t` has to say; empty when it is content."""
        done = subprocess.run(
            [*self.command, "-t", "-q"], capture_output=True, text=True, check=False
        )
        return done.stderr

    def start(self) -> None:
        """Start it and wait until it listens."""
        self.process = subprocess.Popen(self.command)
        end = time.monotonic() + 20
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.machine.https)).close()
            except ConnectionRefusedError:
                assert time.monotonic() < end, (self.folder / "error.log").read_text()
                time.sleep(0.05)
            else:
                return

    def close(self) -> None:
        if self.process:
            self.process.terminate()
            self.process.wait(10)

    def connect(self, name: str = HOST) -> ssl.SSLSocket:
        """A TLS connection for this name, whose certificate is verified."""
        context = ssl.create_default_context(
            cafile=self.machine.path("/etc/luffy/tls/fullchain.pem")
        )
        plain = socket.create_connection(("127.0.0.1", self.machine.https), timeout=30)
        return context.wrap_socket(plain, server_hostname=name)

    def ask(
        self, path: str, *, method: str = "GET", body: bytes = b"", tls: bool = True, **headers: str
    ) -> Answer:
        """One request on a connection of its own; underscores in names of headers are hyphens."""
        connection = http.client.HTTPConnection("127.0.0.1", self.machine.http, timeout=30)
        if tls:
            connection.sock = self.connect()
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        try:
            connection.request(method, path, body=body, headers={"Host": HOST, **named})
            with connection.getresponse() as found:
                told = {name.lower(): value for name, value in found.getheaders()}
                return Answer(found.status, told, found.read())
        finally:
            connection.close()

    def _write_certificate(self) -> None:
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)])
        now = timezone.now()
        certificate = (
            x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=1))
            .add_extension(x509.SubjectAlternativeName([x509.DNSName(HOST)]), critical=False)
            .sign(key, hashes.SHA256())
        )
        pem = serialization.Encoding.PEM
        private = key.private_bytes(
            pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        self.certificate.write_bytes(certificate.public_bytes(pem))
        self.certificate.with_name("privkey.pem").write_bytes(private)
