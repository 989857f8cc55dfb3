"""TLS before a server that has none of its own, as the wheels of Postgres and Valkey have not.

The clients under test are the real ones: libpq with its own negotiation, redis-py with Python's.
"""

import datetime
import ipaddress
import select
import socket
import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

SSL_REQUEST_BYTES = 8


class Certificate:
    """A key and a certificate signed by itself, for 127.0.0.1, in two files."""

    def __init__(self, folder: Path, name: str) -> None:
        self.key, self.certificate = folder / f"{name}.key", folder / f"{name}.pem"
        private = ec.generate_private_key(ec.SECP256R1())
        self.key.touch(mode=0o600)  # libpq refuses a key that others may read
        self.key.write_bytes(
            private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        )
        self.certificate.write_bytes(_signed(private, name).public_bytes(Encoding.PEM))

    def context(self, *, clients: "Certificate | None" = None) -> ssl.SSLContext:
        """Return a server's context; with `clients`, whoever comes must show that certificate."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate, self.key)
        if clients is not None:
            context.verify_mode = ssl.CERT_REQUIRED
            context.load_verify_locations(clients.certificate)
        return context


def _signed(private: ec.EllipticCurvePrivateKey, name: str) -> x509.Certificate:
    now = datetime.datetime.now(datetime.UTC)
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    names = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(names, critical=False)
        .sign(private, hashes.SHA256())
    )


@contextmanager
def tls_before(port: int, context: ssl.SSLContext, *, postgres: bool) -> Iterator[int]:
    """Give a port that speaks TLS and passes on to a plain one. A client of Postgres asks first
    whether there is TLS."""

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            if postgres:
                self.request.recv(SSL_REQUEST_BYTES, socket.MSG_WAITALL)
                self.request.sendall(b"S")
            with (
                suppress(OSError),  # a client that does not like us, or that we do not like
                context.wrap_socket(self.request, server_side=True) as secure,
                socket.create_connection(("127.0.0.1", port)) as plain,
            ):
                _pass_on(secure, plain)

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads, server.block_on_close = True, False
        serving = threading.Thread(target=server.serve_forever, args=(0.05,))
        serving.start()
        try:
            yield int(server.server_address[1])
        finally:
            server.shutdown()
            serving.join(10)


def _pass_on(secure: ssl.SSLSocket, plain: socket.socket) -> None:
    """Carry bytes both ways until one side ends."""
    other: dict[socket.socket, socket.socket] = {secure: plain, plain: secure}
    while True:
        ready = [secure] if secure.pending() else select.select([secure, plain], [], [])[0]
        for source in ready:
            part = source.recv(65536)
            if not part:
                return
            other[source].sendall(part)
