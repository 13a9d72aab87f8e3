"""Which certificates are trusted for https webhooks: the system's, or those that the environment names."""

import os
import ssl
from typing import NamedTuple


class Trust(NamedTuple):
    """A file of certificates, a folder of them as OpenSSL names its files (c_rehash(1)), both or neither."""

    file: str = ""
    folder: str = ""

    def __str__(self) -> str:
        """Return the paths, for people."""
        return " and ".join(filter(None, self))


def trusted() -> Trust:
    """Return what `SSL_CERT_FILE` and `SSL_CERT_DIR` name, or else where the system keeps its certificates.

    Python and pycurl's wheel each look in other places by themselves.
    """
    paths = ssl.get_default_verify_paths()
    named = Trust(os.environ.get(paths.openssl_cafile_env, ""), os.environ.get(paths.openssl_capath_env, ""))
    if any(named):
        return named
    return Trust(file=paths.cafile) if paths.cafile else Trust(folder=paths.capath or "")


def fault(trust: Trust) -> str | None:
    """Return why nothing can be checked with these, as the end of a sentence; None if it can."""
    if trust.file:
        try:
            ssl.create_default_context(cafile=trust.file)
        except FileNotFoundError:
            return f"{trust.file} does not exist"
        except OSError:  # ssl.SSLError among them
            return f"{trust.file} is not a file of certificates (PEM)"
    if trust.folder and not os.path.isdir(trust.folder):
        return f"{trust.folder} is not a folder"
    return None
