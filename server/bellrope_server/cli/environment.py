"""The variables of this process, with the secrets that are in files, and without those of Kubernetes."""

from collections.abc import Collection, Mapping
from pathlib import Path

from bellrope_server.text import file_text

IN_FILE = "_FILE"
HOST, PORT, NAMED_PORT = "_SERVICE_HOST", "_SERVICE_PORT", "_SERVICE_PORT_"


def without_links(environment: Mapping[str, str]) -> dict[str, str]:
    """Return the variables without those that Kubernetes sets in each container for each Service.

    A Service `bellrope-db` becomes BELLROPE_DB_SERVICE_HOST, BELLROPE_DB_PORT and others, which always come
    together. One alone is somebody's mistake.

    >>> links = {"BELLROPE_SERVICE_HOST": "10.0.0.9", "BELLROPE_SERVICE_PORT": "80", "BELLROPE_PORT": "tcp://..."}
    >>> without_links(links | {"BELLROPE_HTTP": "0.0.0.0:80"})
    {'BELLROPE_HTTP': '0.0.0.0:80'}
    """
    hosts = (name.removesuffix(HOST) for name in environment if name.endswith(HOST))
    services = [service for service in hosts if service + PORT in environment]
    return {name: text for name, text in environment.items() if not _is_link(name, services)}


def _is_link(name: str, services: Collection[str]) -> bool:
    return any(
        name in (service + HOST, service + PORT, f"{service}_PORT")
        or name.startswith((service + NAMED_PORT, f"{service}_PORT_"))
        for service in services
    )


def with_files(
    environment: Mapping[str, str], variables: Collection[str]
) -> tuple[dict[str, str], list[str]]:
    """Return the variables, with the text of its file in place of each X_FILE, and what is wrong.

    `variables` are the X that may be in a file.
    """
    found = dict(environment)
    faults: list[str] = []
    for name in variables:
        path = found.pop(name + IN_FILE, None)
        if path is None:
            continue
        if name in environment:
            faults.append(f"{name} and {name}{IN_FILE} are both set: remove one of them")
            continue
        try:
            found[name] = line_of(Path(path))
        except ValueError as error:
            faults.append(f"{name}{IN_FILE} {error}")
    return found, faults


def line_of(file: Path) -> str:
    """Return the text of a file without the end of its line; raise ValueError that says why it has none."""
    try:
        with file.open("rb") as opened:
            return file_text.text_of(opened).rstrip("\r\n")
    except OSError as error:
        raise ValueError(f"{str(file)!r} cannot be read: {error.strerror}") from None
    except ValueError as error:  # such as U+0000 in its name
        raise ValueError(f"{str(file)!r} {error}") from None
