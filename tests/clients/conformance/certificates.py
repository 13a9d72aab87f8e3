"""A certificate for localhost, and the authority that signed it."""

import subprocess
from pathlib import Path

NEW = ["-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"]


def made_for_localhost(folder: Path) -> tuple[Path, Path]:
    """Return the authority's certificate, and a file with the certificate and its key, all in PEM."""
    authority, key = folder / "ca.pem", folder / "ca.key"
    _openssl(*NEW, "-subj", "/CN=Authority of a test", "-keyout", str(key), "-out", str(authority))
    signed = folder / "localhost.pem"
    names = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
    ends = ["-addext", "basicConstraints=critical,CA:FALSE", "-addext", "extendedKeyUsage=serverAuth"]
    by = ["-CA", str(authority), "-CAkey", str(key)]
    signed.write_bytes(_openssl(*NEW, *names, *ends, *by, "-keyout", "-"))
    return authority, signed


def _openssl(*arguments: str) -> bytes:
    return subprocess.run(["openssl", "req", *arguments], check=True, capture_output=True).stdout
