"""The Helm chart: what it renders is valid, starts this server, and loses nothing in an update."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from bellrope_server.config import Config, ConfigError
from deploy.files import DEPLOY, IMAGE, KEY, ROOT, ports, settings, stop_takes
from integration.program import status
from kit import lent

WHY = "make test installs what checks deploy/"
helm_python = pytest.importorskip("helm_python", reason=WHY)
kubernetes_validate = pytest.importorskip("kubernetes_validate", reason=WHY)
CHART = DEPLOY / "helm/bellrope"
NEEDED: dict[str, Any] = {"secretName": "bellrope"}
EVERYTHING: dict[str, Any] = NEEDED | {
    "configKey": "config.yaml",
    "host": "[::]",
    "imagePullSecrets": [{"name": "mine"}],
    "settings": {
        "egress_allow": "*.svc.cluster.local",
        "max_body_memory": 1_099_511_627_776,
        "idle_pings": False,
    },
    "podAnnotations": {"a": "b"},
    "podLabels": {"team": "shop"},
    "nodeSelector": {"kubernetes.io/arch": "amd64"},
    "tolerations": [{"key": "spot", "operator": "Exists"}],
    "affinity": {"nodeAffinity": {}},
    "service": {"type": "LoadBalancer", "annotations": {"a": "b"}, "httpPort": 80, "grpcPort": 50051},
    "serviceMonitor": {"enabled": True, "labels": {"release": "prometheus"}},
    "networkPolicy": {"enabled": True, "from": [{"podSelector": {"matchLabels": {"app": "shop"}}}]},
}
VALUES = {"the defaults": NEEDED, "everything": EVERYTHING}
FOREIGN = "ServiceMonitor"  # of an operator, not of Kubernetes


def render(values: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the objects that the chart renders, by their kind."""
    with helm_python.Chart.load(CHART) as chart:
        files = chart.render(values, name="demo", namespace="prod")
    documents = [yaml.safe_load(text) for name, text in files.items() if name.endswith(".yaml")]
    return {document["kind"]: document for document in documents if document}


@cache
def pod() -> dict[str, Any]:
    """Return the specification of a pod."""
    found: dict[str, Any] = render(NEEDED)["Deployment"]["spec"]["template"]["spec"]
    return found


def container(values: dict[str, Any] = NEEDED) -> dict[str, Any]:
    """Return the container of a server."""
    [found] = render(values)["Deployment"]["spec"]["template"]["spec"]["containers"]
    assert isinstance(found, dict)
    return found


def variables(values: dict[str, Any] = NEEDED) -> dict[str, str]:
    """Return the variables that a server gets, from the image too."""
    return IMAGE | {each["name"]: each["value"] for each in container(values)["env"]}


@pytest.mark.parametrize("values", VALUES.values(), ids=VALUES)
def test_helm_finds_no_fault(values: dict[str, Any]) -> None:
    """`helm lint` finds nothing to complain about."""
    found = helm_python.lint(CHART, values, strict=True)
    assert ([message for message in found["messages"] if message["severity"] > 1], found["errors"]) == (
        [],
        [],
    )


@pytest.mark.parametrize("version", ["1.25", kubernetes_validate.latest_version()])
@pytest.mark.parametrize("values", VALUES.values(), ids=VALUES)
def test_kubernetes_takes_every_object(values: dict[str, Any], version: str) -> None:
    """The oldest Kubernetes that the chart allows, and the newest that is known, take what it renders."""
    found = render(values)
    assert found.keys() >= {"Deployment", "Service", "PodDisruptionBudget"}
    for kind, each in found.items():
        if kind != FOREIGN:
            kubernetes_validate.validate(each, version, strict=True)


def test_a_wrong_object_would_be_found() -> None:
    """The check of the objects is strict: a misspelled field is an error."""
    wrong = render(NEEDED)["Deployment"]
    wrong["spec"]["template"]["spec"]["containers"][0]["livenesProbe"] = {}
    with pytest.raises(kubernetes_validate.ValidationError, match="livenesProbe"):
        kubernetes_validate.validate(wrong, "1.25", strict=True)


@pytest.mark.parametrize("values", VALUES.values(), ids=VALUES)
def test_every_variable_exists(values: dict[str, Any], tmp_path: Path) -> None:
    """The server starts with the variables that the chart sets, whatever settings are given."""
    config = settings(variables(values), tmp_path)
    assert (config.admin_key, config.database.partition(":")[0]) == (KEY, "postgresql")
    assert ports(config) == ports(Config())
    if values is EVERYTHING:
        assert (config.egress_allow, config.idle_pings) == (("*.svc.cluster.local",), False)
        assert (config.max_body_memory, config.config) == (1 << 40, "/run/secrets/bellrope/config.yaml")


def test_a_misspelled_setting_is_named_by_the_server(tmp_path: Path) -> None:
    """A setting that does not exist reaches the server, which says which one is meant."""
    with pytest.raises(ConfigError, match="did you mean BELLROPE_MAX_IN_FLIGHT"):
        settings(variables(NEEDED | {"settings": {"max_in_fligth": 1}}), tmp_path)


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({}, "set secretName: name a Secret"),
        (NEEDED | {"settings": {"admin_key": KEY}}, "invalid propertyName 'admin_key'"),
        (NEEDED | {"settings": {"database": "postgresql://a:b@c/d"}}, "invalid propertyName 'database'"),
        (NEEDED | {"replicaCount": 3}, "replicaCount"),
        (NEEDED | {"drainGraceSeconds": 700}, "drainGraceSeconds"),
        (NEEDED | {"image": {"tags": "1"}}, "tags"),
    ],
)
def test_wrong_values_are_refused(values: dict[str, Any], sentence: str) -> None:
    """A value that is missing, unknown or a secret is refused before anything is installed."""
    with pytest.raises(helm_python.HelmError) as refused:
        render(values)
    assert sentence in str(refused.value)


def test_the_probes_of_a_pod_are_answered(tmp_path: Path) -> None:
    """A server with a key answers each probe without it, under the address of a pod."""
    paths = {name: container()[f"{name}Probe"]["httpGet"] for name in ("startup", "liveness", "readiness")}
    named = {each["name"]: each["containerPort"] for each in container()["ports"]}
    assert {named[each["port"]] for each in paths.values()} == {ports(Config())[0]}
    with lent(tmp_path, "--admin-key", KEY) as server:
        for each in paths.values():
            assert status(server.http + each["path"], Host="10.42.0.7:4122") == 200
        assert status(f"{server.http}/metrics", Host="10.42.0.7:4122") == 401
        monitored = render(EVERYTHING)[FOREIGN]["spec"]["endpoints"][0]
        assert monitored["authorization"]["credentials"] == {"name": "bellrope", "key": "admin-key"}
        key = {"Authorization": f"{monitored['authorization']['type']} {KEY}"}
        assert status(server.http + monitored["path"], **key) == 200


@pytest.mark.parametrize("grace", [0, 20, 600])
def test_a_stop_has_the_time_that_it_needs(tmp_path: Path, grace: int) -> None:
    """Kubernetes kills a pod only after its wait, its drain and a few seconds more."""
    values = NEEDED | {"drainGraceSeconds": grace}
    config = settings(variables(values), tmp_path)
    assert config.drain_grace == grace
    word, wait = container(values)["lifecycle"]["preStop"]["exec"]["command"]
    given = render(values)["Deployment"]["spec"]["template"]["spec"]["terminationGracePeriodSeconds"]
    assert word == "sleep"
    assert given >= int(wait) + stop_takes(config)


def test_an_update_starts_a_new_server_before_it_stops_an_old_one() -> None:
    """While servers are replaced there are never fewer of them, and a drained node takes one at a time."""
    deployment = render(NEEDED)["Deployment"]["spec"]
    assert deployment["strategy"]["rollingUpdate"] == {"maxSurge": 1, "maxUnavailable": 0}
    assert deployment["replicas"] == 2
    assert render(NEEDED)["PodDisruptionBudget"]["spec"]["maxUnavailable"] == 1


def test_an_update_finds_its_own_pods() -> None:
    """What finds the pods has no version in it, and each object that selects them uses the same labels."""
    found = render(EVERYTHING)
    selector = found["Deployment"]["spec"]["selector"]["matchLabels"]
    assert selector == {"app.kubernetes.io/name": "bellrope", "app.kubernetes.io/instance": "demo"}
    assert selector.items() <= found["Deployment"]["spec"]["template"]["metadata"]["labels"].items()
    assert selector.items() <= found["Service"]["metadata"]["labels"].items()
    assert found["Service"]["spec"]["selector"] == selector
    for kind, key in (
        ("PodDisruptionBudget", "selector"),
        (FOREIGN, "selector"),
        ("NetworkPolicy", "podSelector"),
    ):
        assert found[kind]["spec"][key]["matchLabels"] == selector


def test_a_pod_is_confined() -> None:
    """A pod meets the Pod Security Standard `restricted`, writes only to /tmp, and gets no token."""
    inner = container()["securityContext"]
    assert (inner["allowPrivilegeEscalation"], inner["readOnlyRootFilesystem"]) == (False, True)
    assert inner["capabilities"] == {"drop": ["ALL"]}
    assert pod()["securityContext"]["runAsNonRoot"] is True
    assert pod()["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert pod()["automountServiceAccountToken"] is False
    assert {each["mountPath"] for each in container()["volumeMounts"]} == {"/run/secrets/bellrope", "/tmp"}


def test_no_secret_is_in_what_the_chart_renders() -> None:
    """The key and the database's URL are read from the files of a Secret, so no release holds them."""
    [secret] = [each["secret"] for each in pod()["volumes"] if "secret" in each]
    assert secret == {"secretName": "bellrope", "defaultMode": 0o440}
    assert {name for name in variables() if name.endswith("_FILE")} == {
        "BELLROPE_ADMIN_KEY_FILE",
        "BELLROPE_DATABASE_FILE",
    }


def test_the_chart_has_the_version_of_the_server() -> None:
    """A chart installs the server that it was released with."""
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    chart = yaml.safe_load((CHART / "Chart.yaml").read_text())
    assert (chart["version"], chart["appVersion"]) == (version, version)
    assert container()["image"] == f"bellrope:{version}"
