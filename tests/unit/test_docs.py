"""The pages are true: the examples of docs/filters.md, the defaults in docs/limits.md, names and links."""

import re
from pathlib import Path

import orjson
import pytest
from bellrope_server.config import Config
from bellrope_server.rules.filter_subjects import Subject
from bellrope_server.rules.filters import compile
from bellrope_server.rules.space_cloud_rules import translate

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
MAPS = [ROOT / "ARCHITECTURE.md", *(DOCS / "decisions").glob("*.md")]
CLIENTS = ROOT.glob("clients/[!n]*/*.md")  # not node_modules
PAGES = [*ROOT.glob("*.md"), *DOCS.rglob("*.md"), *CLIENTS, *ROOT.glob("tests/*/*/*.md")]


def examples(page: str, language: str) -> list[str]:
    """Return the blocks of a page in one language."""
    return re.findall(rf"^```{language}\n(.*?)^```", (DOCS / page).read_text(), re.DOTALL | re.MULTILINE)


EVENT, RULE = examples("filters.md", "json")
FILTERS, TRANSLATED = examples("filters.md", "cel")


@pytest.mark.parametrize("expression", FILTERS.splitlines())
def test_a_filter_of_the_page_is_true(expression: str) -> None:
    """Each filter of the page matches the page's event."""
    sale = {"project": "default", "type": "sale", "id": "s-1", "options": {"db": "main"}}
    subject = Subject(**sale, data=EVENT.encode(), time=1_795_434_627_000_000)  # type: ignore[arg-type]
    assert compile(expression).matches(subject)


def test_the_rule_of_the_page_becomes_its_filter() -> None:
    """The rule is translated as the page says."""
    assert translate(orjson.loads(RULE)) == TRANSLATED.strip()


def test_the_index_names_every_page() -> None:
    """docs/README.md links to each page of docs/, once."""
    named = re.findall(r"^- \[[^\]]+\]\(([\w-]+\.md)\): ", (DOCS / "README.md").read_text(), re.MULTILINE)
    pages = [page.name for page in DOCS.glob("*.md") if page.name != "README.md"]
    assert sorted(named) == sorted(pages)


def test_the_index_of_decisions_names_every_decision() -> None:
    """docs/decisions/README.md links to each decision, once."""
    decisions = DOCS / "decisions"
    named = re.findall(r"\]\(([\w-]+\.md)\)", (decisions / "README.md").read_text())
    assert sorted(named) == sorted(page.name for page in decisions.glob("*.md") if page.name != "README.md")


def anchors(page: Path) -> set[str]:
    """Return the anchors that a link to a page may name, as GitHub makes them of the headings."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_a_link_leads_somewhere(page: Path) -> None:
    """Each link to a file leads to an existing file, and to one of its headings if the link names one."""
    for link in re.findall(r"\]\((?!https?:)([^)\s]+)\)", page.read_text()):
        file, _, anchor = link.partition("#")
        target = (page.parent / file).resolve() if file else page
        assert target.exists(), link
        assert not anchor or anchor in anchors(target), link


@pytest.mark.parametrize("page", MAPS, ids=lambda page: page.name)
def test_a_file_that_is_named_is_there(page: Path) -> None:
    """Files and folders named in ARCHITECTURE.md or a decision exist; those in italics are still to come."""
    named = re.findall(r"(?<!\*)`((?:[\w.-]+/)*[\w-]+(?:\.(?:py|proto|tsv|toml|md)|/))`", page.read_text())
    server = ROOT / "server/bellrope_server"
    under = (ROOT, ROOT / "protos/bellrope/v1", server, server / "gateway", server / "store")
    assert [name for name in named if not any((folder / name).exists() for folder in under)] == []


def test_the_page_on_limits_has_their_defaults() -> None:
    """A number after a flag in docs/limits.md is the flag's default."""
    said = re.findall(r"`--([a-z-]+)` \(([\d,]+)( MiB)?\)", (DOCS / "limits.md").read_text())
    defaults = {
        flag: Config.model_fields[flag.replace("-", "_")].default // (2**20 if unit else 1)
        for flag, _, unit in said
    }
    assert {flag: int(number.replace(",", "")) for flag, number, _ in said} == defaults
    assert len(defaults) == 6


@pytest.mark.parametrize("page", sorted(DOCS.glob("*.md")), ids=lambda page: page.stem)
def test_the_words_of_the_log_are_those_of_the_server(page: Path) -> None:
    """A line of the log that a page names, such as `delivery.attempted`, is one that the server writes."""
    sources = (source.read_text() for source in (ROOT / "server/bellrope_server").rglob("*.py"))
    written = {word for source in sources for word in re.findall(r'"([a-z]+\.[a-z_]+)"', source)}
    subjects = {word.partition(".")[0] for word in written} - {"bellrope", "grpc"}
    named = re.findall(r"`([a-z]+\.[a-z_]+)`", page.read_text())
    for pattern in re.findall(r'grep .*"fact":"(.+?)[\'"]', page.read_text()):
        named += re.findall(r"[a-z]+\.[a-z_]+", pattern)
    assert [word for word in named if word.partition(".")[0] in subjects and word not in written] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_a_metric_that_a_page_names_is_in_the_table_of_metrics(page: Path) -> None:
    """Each metric has a row in docs/operations.md, which another test compares with a server."""
    table = re.findall(r"^\| (`bellrope_.+?) \|", (DOCS / "operations.md").read_text(), re.MULTILINE)
    known = set(re.findall(r"bellrope_\w+", " ".join(table)))
    named = re.findall(r"(?<!\w)bellrope_[a-z]+_(?:[a-z_]+)(?!\w|-|/|\.)", page.read_text())
    assert {name for name in named if name.removesuffix("_bucket") not in known} == set()
