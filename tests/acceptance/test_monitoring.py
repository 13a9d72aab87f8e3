"""deploy/prometheus and deploy/grafana fit what a server shows, and docs/runbook.md has every alert."""

import asyncio
import json
import re
import time
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import promql
import psycopg
import pytest
import yaml
from integration.program import pause, queue, save
from kit import Server, lent, until
from ports import lasting_port
from postgres import cluster
from promql import Scrape
from receiver import Receiver, answer, hang

ROOT = Path(__file__).parents[2]
RULES = yaml.safe_load((ROOT / "deploy/prometheus/bellrope.rules.yml").read_text())
ALERTS: dict[str, dict[str, Any]] = {
    rule["alert"]: rule for group in RULES["groups"] for rule in group["rules"]
}
DASHBOARD = json.loads((ROOT / "deploy/grafana/bellrope.json").read_text())
QUERIES = {
    f"{panel['title']} {target['refId']}": target["expr"]
    for panel in DASHBOARD["panels"]
    for target in panel.get("targets", ())
}
EXPRESSIONS = {name: rule["expr"] for name, rule in ALERTS.items()} | QUERIES
ADDED = {"job": "bellrope", "instance": "10.0.0.5:4122"}
"""The labels that Prometheus adds."""
VARIABLES = {"$__rate_interval": "5m", "$job": ADDED["job"]}
VARIABLES |= dict.fromkeys(("$instance", "$project", "$trigger"), ".*")
ON_DEMAND = ("bellrope_filter_failures_total", "bellrope_rows_removed_total")
"""Metrics without a sample before the first one is counted."""


def written_out(expression: str) -> str:
    """Return an expression of the dashboard with values for its variables."""
    for name, text in VARIABLES.items():
        expression = expression.replace(name, text)
    return expression


def scrape(server: Server) -> Scrape:
    """Scrape a server as Prometheus does."""
    with urlopen(f"{server.http}/metrics", timeout=10) as response:
        return Scrape.of(response.read().decode(), time=time.monotonic(), **ADDED)


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Scrape:
    """What a server with one trigger shows."""
    with lent(tmp_path_factory.mktemp("server")) as server:
        save(server, "t", f"http://127.0.0.1:{lasting_port()}/")
        return scrape(server)


@pytest.mark.parametrize("name", EXPRESSIONS)
def test_an_expression_asks_for_what_a_server_shows(shown: Scrape, name: str) -> None:
    """Each metric, label and value in an alert or a panel is in the /metrics of a real server."""
    tree = promql.parsed(written_out(EXPRESSIONS[name]))
    found = list(promql.selectors(tree))
    assert found
    for selector in found:
        samples = shown.samples[selector.name]
        known = {label for labels in samples for label, _ in labels}
        assert {each.name for each in selector.matchers.matchers} <= known
        assert any(promql.matches(selector, labels) for labels in samples)
    for aggregation, labels in promql.grouped(tree):
        for selector in promql.selectors(aggregation):
            assert set(labels) <= {label for each in shown.samples[selector.name] for label, _ in each}


def test_a_text_names_labels_that_are_there(shown: Scrape) -> None:
    """What an alert says, and the names of a panel's lines, use labels that their expression has."""
    texts = {name: json.dumps(rule["annotations"]) for name, rule in ALERTS.items()}
    for panel in DASHBOARD["panels"]:
        for target in panel.get("targets", ()):
            texts[f"{panel['title']} {target['refId']}"] = target["legendFormat"]
    assert texts.keys() == EXPRESSIONS.keys()
    for name, text in texts.items():
        used = set(re.findall(r"\$labels\.(\w+)|\{\{(\w+)\}\}", text))
        there = promql.labels_of(promql.parsed(written_out(EXPRESSIONS[name])), shown)
        assert {label for pair in used for label in pair if label} <= there, name


def test_a_variable_of_the_dashboard_lists_what_a_server_shows(shown: Scrape) -> None:
    """The lists of jobs, servers, projects and triggers come from labels of real metrics."""
    variables = {each["name"]: each for each in DASHBOARD["templating"]["list"]}
    used = set(re.findall(r"\$\{?(\w+)", json.dumps(DASHBOARD["panels"]))) - {"__rate_interval"}
    assert used == variables.keys()
    for variable in variables.values():
        if variable["type"] == "query":
            call = re.fullmatch(r"label_values\((\w+)(?:\{.*\})?, (\w+)\)", variable["definition"])
            assert call
            assert call[2] in {label for labels in shown.samples[call[1]] for label, _ in labels}


def test_the_dashboard_can_be_imported_anywhere() -> None:
    """Every panel takes its data source from the variable, has its own id, and overlaps no other."""
    panels = DASHBOARD["panels"]
    assert "id" not in DASHBOARD
    assert len({panel["id"] for panel in panels}) == len(panels)
    parts = [part for panel in panels for part in (panel, *panel.get("targets", ())) if "datasource" in part]
    assert {part["datasource"]["uid"] for part in parts} == {"${datasource}"}
    cells = [
        (place["x"] + x, place["y"] + y)
        for place in (panel["gridPos"] for panel in panels)
        for x in range(place["w"])
        for y in range(place["h"])
    ]
    assert len(set(cells)) == len(cells)
    assert max(x for x, _ in cells) < 24


def test_every_alert_has_its_section_in_the_runbook() -> None:
    """Each alert says what is wrong and links to its section, and the runbook has no others."""
    for name, rule in ALERTS.items():
        assert set(rule) - {"for"} == {"alert", "expr", "labels", "annotations"}
        assert set(rule["annotations"]) == {"summary", "description", "runbook_url"}
        assert rule["labels"]["severity"] in ("critical", "warning")
        assert rule["annotations"]["runbook_url"] == f"docs/runbook.md#{name.lower()}"
    sections = re.findall(r"^## (.+)$", (ROOT / "docs/runbook.md").read_text(), re.MULTILINE)
    assert sections == list(ALERTS)


def test_the_page_lists_every_metric(shown: Scrape) -> None:
    """docs/operations.md has each metric of a real server with its labels, and no other."""
    page = (ROOT / "docs/operations.md").read_text()
    table = re.findall(r"^\| (`(?:bellrope|process)_[^|]*) \|([^|]*)\|", page, re.MULTILINE)
    word = re.compile(r"`(\w+)`")
    listed = {name: set(word.findall(labels)) for names, labels in table for name in word.findall(names)}
    found: dict[str, set[str]] = {name: listed[name] for name in ON_DEMAND}
    for name, samples in shown.samples.items():
        name = re.sub("_(bucket|count|sum)$", "", name)
        labels = {label for each in samples for label, _ in each} - ADDED.keys()
        found[name] = found.get(name, set()) | labels
    del found["up"]
    assert listed == found


def fires(alert: str, first: Scrape, last: Scrape, *, expression: str = "") -> list[dict[str, str]]:
    """Return the labels for which an alert's expression is true."""
    found = promql.value(promql.parsed(expression or ALERTS[alert]["expr"]), first, last)
    assert isinstance(found, dict)
    return [dict(labels) for labels in found]


async def test_alerts_fire_for_the_trigger_that_fails(tmp_path: Path) -> None:
    """Dead letters and failed attempts raise their alerts, with the names of the project and the trigger.

    The first dead letter counts, and no trigger that works is named.
    """
    async with Receiver(answer(500)) as bad, Receiver() as good:
        with lent(tmp_path) as server:
            for name, url in (("bad", bad.url), ("good", good.url)):
                await asyncio.to_thread(save, server, name, url, retries=0)
            first, quiet = [await asyncio.to_thread(scrape, server) for _ in range(2)]
            assert [alert for alert in ALERTS if fires(alert, first, quiet)] == []
            for name in ("bad", "good"):
                await asyncio.to_thread(queue, server, name)
            await until(lambda: len(server.facts("delivery.attempted")) == 2)
            last = await asyncio.to_thread(scrape, server)
    named = [{"project": "default", "trigger": "bad"}]
    raised = {alert: found for alert in ALERTS if (found := fires(alert, first, last))}
    assert raised == {"BellropeDeadLetters": named, "BellropeTriggerFailing": named}


async def test_an_alert_fires_for_what_is_late_unless_it_is_paused(tmp_path: Path) -> None:
    """What is due and not sent raises the alert, with a shorter time here; a paused trigger's does not."""
    sooner = re.sub(r"> 300$", "> 0", ALERTS["BellropeDeliveriesLate"]["expr"])
    assert sooner != ALERTS["BellropeDeliveriesLate"]["expr"]
    async with Receiver(hang) as receiver:
        with lent(tmp_path, "--max-in-flight-per-trigger=1") as server:
            for name in ("late", "paused"):
                await asyncio.to_thread(save, server, name, receiver.url)
            await asyncio.to_thread(pause, server, "paused")
            for name in ("late", "late", "paused"):
                await asyncio.to_thread(queue, server, name)
            last = await asyncio.to_thread(scrape, server)
    assert fires("", last, last, expression=sooner) == [{"project": "default", "trigger": "late"}]


async def test_alerts_fire_for_a_full_disk(tmp_path: Path) -> None:
    """A server whose disk is short raises the alerts about the disk, about readiness, and about refusals."""
    with lent(tmp_path, "--min-free-disk=1099511627776") as server:
        await until(lambda: server.facts("disk.short"))
        first = await asyncio.to_thread(scrape, server)
        assert (await asyncio.to_thread(queue, server, "t"))[0] == 503
        last = await asyncio.to_thread(scrape, server)
    raised = {alert for alert in ALERTS if fires(alert, first, last)}
    assert raised == {"BellropeNotReady", "BellropeDiskFilling", "BellropeRefusing"}


async def test_an_alert_fires_for_a_database_that_fails(tmp_path: Path) -> None:
    """Calls and readings that fail in the database are counted and raise their alert; /metrics goes on."""
    name = cluster().create()
    with lent(tmp_path, f"--database={cluster().url(name)}") as server:
        await asyncio.to_thread(save, server, "t", f"http://127.0.0.1:{lasting_port()}/")
        first = await asyncio.to_thread(scrape, server)
        with psycopg.connect(cluster().url(name), autocommit=True) as connection:
            connection.execute("ALTER TABLE event RENAME TO hidden")
            assert (await asyncio.to_thread(queue, server, "t"))[0] == 503
            last = await asyncio.to_thread(scrape, server)
            connection.execute("ALTER TABLE hidden RENAME TO event")
    assert fires("BellropeDatabaseFailing", first, last) == [{"instance": ADDED["instance"]}]
