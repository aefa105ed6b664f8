"""Certificates and signatures for tests, made by the openssl program."""

import base64
import json
import subprocess
import time
import uuid
from pathlib import Path

import attrs

from support.real_parts import require

_EC = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2")


@attrs.frozen
class KeyPair:
    """A certificate and its key, as PEM files."""

    certificate: Path
    key: Path


def authority(folder: Path, name: str = "Test Authority") -> KeyPair:
    """Make an authority of our own."""
    pair = KeyPair(folder / "ca.pem", folder / "ca.key")
    _openssl(
        "req", "-x509", *_EC, "-subj", f"/CN={name}", "-keyout", pair.key, "-out", pair.certificate
    )
    return pair


def signed(folder: Path, by: KeyPair, name: str, *subjects: str) -> KeyPair:
    """Make a certificate; `subjects` are as in `IP:127.0.0.1`, none for a client's."""
    pair = KeyPair(folder / f"{name}.cert", folder / f"{name}.key")
    alternatives = ("-addext", f"subjectAltName={','.join(subjects)}") if subjects else ()
    _openssl(
        *("req", "-x509", *_EC, "-CA", by.certificate, "-CAkey", by.key, "-subj", f"/CN={name}"),
        *("-addext", "basicConstraints=critical,CA:FALSE", *alternatives),
        *("-keyout", pair.key, "-out", pair.certificate),
    )
    return pair


@attrs.frozen
class TokenIssuer:
    """Signs the tokens of distribution's docs/spec/auth/jwt.md, good for `lifetime` seconds."""

    folder: Path
    pair: KeyPair
    service: str = "tests"
    issuer: str = "tests"
    lifetime: int = 300

    @classmethod
    def new(cls, folder: Path, *, lifetime: int = 300) -> "TokenIssuer":
        pair = KeyPair(folder / "issuer.pem", folder / "issuer.key")
        rsa = ("-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=issuer")
        _openssl("req", "-x509", *rsa, "-keyout", pair.key, "-out", pair.certificate)
        return cls(folder, pair, lifetime=lifetime)

    def token(self, subject: str, access: list[dict[str, object]]) -> str:
        now = int(time.time())
        der = _openssl("x509", "-in", self.pair.certificate, "-outform", "DER")
        header = {"typ": "JWT", "alg": "RS256", "x5c": [base64.b64encode(der).decode()]}
        claims = {
            "iss": self.issuer,
            "sub": subject,
            "aud": self.service,
            "exp": now + self.lifetime,
            "nbf": now - 10,
            "iat": now,
            "jti": str(uuid.uuid4()),
            "access": access,
        }
        text = ".".join(_encoded(json.dumps(part).encode()) for part in (header, claims))
        signature = _openssl("dgst", "-sha256", "-sign", self.pair.key, text=text)
        return f"{text}.{_encoded(signature)}"


def _encoded(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def _openssl(*arguments: object, text: str = "") -> bytes:
    command = [require("openssl"), *map(str, arguments)]
    done = subprocess.run(command, input=text.encode(), capture_output=True, check=True)
    return done.stdout
