"""A real Envoy on loopback that transcodes JSON over HTTP to gRPC from the same protos as ours."""

import contextlib
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

from ports import lasting_port
from rest import SERVICES

ROOT = Path(__file__).parents[1]
BIN = Path(sys.executable).parent
HCM = "envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager"
TRANSCODER = "envoy.extensions.filters.http.grpc_json_transcoder.v3.GrpcJsonTranscoder"
ROUTER = "envoy.extensions.filters.http.router.v3.Router"
OPTIONS = "envoy.extensions.upstreams.http.v3.HttpProtocolOptions"


@contextlib.contextmanager
def transcoding(folder: Path, grpc: str) -> Iterator[str]:
    """Run Envoy in front of a gRPC address and return the URL it answers at."""
    port = lasting_port()
    config = folder / "envoy.json"
    config.write_text(json.dumps(_config(port, grpc, _descriptors(folder))))
    command = [str(BIN / "envoy"), "-c", str(config), "--concurrency", "1", "--disable-hot-restart"]
    with (folder / "envoy.log").open("wb") as log:
        envoy = subprocess.Popen([*command, "-l", "error"], stdout=log, stderr=log)
    try:
        _wait(port, envoy)
        yield f"http://127.0.0.1:{port}"
    finally:
        envoy.terminate()
        envoy.wait(10)


def exchange(http_method: str, url: str, body: bytes = b"") -> tuple[int, bytes]:
    """Send one request as it is written, and return the status and the answer."""
    headers = {"Content-Type": "application/json"} if body else {}
    request = Request(url, data=body or None, method=http_method, headers=headers)
    try:
        with urlopen(request, timeout=30) as response:
            return response.status, response.read()
    except HTTPError as error:
        return error.code, error.read()


def _wait(port: int, envoy: "subprocess.Popen[bytes]") -> None:
    for _ in range(300):
        assert envoy.poll() is None, "Envoy ended"
        with contextlib.suppress(URLError, ConnectionError):
            exchange("GET", f"http://127.0.0.1:{port}/v1/projects")
            return
        time.sleep(0.05)
    raise AssertionError("Envoy does not answer")


def _descriptors(folder: Path) -> Path:
    """Return the descriptor set of the protos."""
    path = folder / "descriptors.binpb"
    subprocess.run([BIN / "buf", "build", "--output", path], cwd=ROOT, check=True)
    return path


def _config(port: int, grpc: str, descriptors: Path) -> dict[str, Any]:
    host, _, grpc_port = grpc.rpartition(":")
    transcoder = {
        "@type": f"type.googleapis.com/{TRANSCODER}",
        "proto_descriptor": str(descriptors),
        "services": list(SERVICES),
        "convert_grpc_status": True,
        "print_options": {"always_print_primitive_fields": True},
        "request_validation_options": {
            "reject_unknown_method": True,
            "reject_unknown_query_parameters": True,
            "reject_binding_body_field_collisions": True,
        },
        "url_unescape_spec": "ALL_CHARACTERS_EXCEPT_SLASH",
        "query_param_unescape_plus": True,
        "match_unregistered_custom_verb": False,
    }
    filters = [
        {"name": "transcoder", "typed_config": transcoder},
        {"name": "router", "typed_config": {"@type": f"type.googleapis.com/{ROUTER}"}},
    ]
    route = {"match": {"prefix": "/"}, "route": {"cluster": "bellrope", "timeout": "60s"}}
    manager = {
        "@type": f"type.googleapis.com/{HCM}",
        "stat_prefix": "native",
        "http_filters": filters,
        "route_config": {"virtual_hosts": [{"name": "all", "domains": ["*"], "routes": [route]}]},
    }
    listener = {
        "name": "native",
        "address": _address("127.0.0.1", port),
        "filter_chains": [{"filters": [{"name": "http", "typed_config": manager}]}],
    }
    cluster = {
        "name": "bellrope",
        "type": "STATIC",
        "connect_timeout": "5s",
        "typed_extension_protocol_options": {
            OPTIONS: {
                "@type": f"type.googleapis.com/{OPTIONS}",
                "explicit_http_config": {"http2_protocol_options": {}},
            }
        },
        "load_assignment": {
            "cluster_name": "bellrope",
            "endpoints": [{"lb_endpoints": [{"endpoint": {"address": _address(host, int(grpc_port))}}]}],
        },
    }
    return {"static_resources": {"listeners": [listener], "clusters": [cluster]}}


def _address(host: str, port: int) -> dict[str, Any]:
    return {"socket_address": {"address": host, "port_value": port}}
