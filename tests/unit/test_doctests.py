"""The examples in docstrings are true."""

import doctest
import importlib
import pkgutil

import bellrope
import bellrope_server
import pytest

MODULES = [
    module.name
    for package in (bellrope, bellrope_server)
    for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}.")
    if not module.name.endswith("__main__")
]


def examples(name: str) -> list[doctest.DocTest]:
    """Return the docstrings of a module that have examples."""
    found = doctest.DocTestFinder(exclude_empty=True).find(importlib.import_module(name))
    return [each for each in found if each.examples]


@pytest.mark.parametrize("name", [name for name in MODULES if examples(name)])
def test_examples_are_true(name: str) -> None:
    """Every example of a module gives the result that it shows."""
    failed, tried = doctest.testmod(importlib.import_module(name))
    assert (failed, tried > 0) == (0, True)


def test_there_are_examples() -> None:
    """The examples are found, and a rule that is easy to get wrong has one."""
    assert sum(len(each.examples) for name in MODULES for each in examples(name)) > 10
