"""Whether spans can be made: OpenTelemetry is an extra, and is imported only if traces are on."""

import os

from bellrope_server.telemetry.traces import Tracer

INSTALL = "pip install 'bellrope-server[otel]'"
PROTOCOL = "http/protobuf"
PROTOCOLS = ("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL")
ENDPOINTS = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT")
EXPORTER = "OTEL_TRACES_EXPORTER"


def check() -> None:
    """Raise ValueError if spans cannot be made or sent: what is wrong, then what to do."""
    try:
        import bellrope_server.telemetry.otlp  # noqa: F401  # slow, and its packages are an extra
    except ImportError:
        raise ValueError(f"needs packages that are not installed: {INSTALL}") from None
    protocol = next(filter(None, map(os.environ.get, PROTOCOLS)), PROTOCOL)
    if protocol != PROTOCOL:
        raise ValueError(f"sends {PROTOCOL} only: set OTEL_EXPORTER_OTLP_PROTOCOL to that, or unset it")
    endpoint = next(filter(None, map(os.environ.get, ENDPOINTS)), "http://")
    if not endpoint.startswith(("http://", "https://")):
        raise ValueError("needs an address with http:// or https:// in OTEL_EXPORTER_OTLP_ENDPOINT")
    exporter = os.environ.get(EXPORTER) or "otlp"
    if exporter not in ("otlp", "none"):
        raise ValueError(f"sends OTLP only: set {EXPORTER} to `otlp` or `none`, or unset it")


def opened() -> Tracer | None:
    """Return a tracer as the variables OTEL_* say; None if they turn traces off. Raise ValueError."""
    from bellrope_server.telemetry.otlp import OtlpTracer

    off = os.environ.get("OTEL_SDK_DISABLED", "").strip().lower() == "true"
    return None if off or os.environ.get(EXPORTER) == "none" else OtlpTracer()
