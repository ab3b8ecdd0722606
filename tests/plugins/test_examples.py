"""Examples in docstrings of plugins."""

from __future__ import annotations

import doctest
import importlib
import pkgutil

import pytest

import vsat_plugins

MODULES = [
    module.name
    for module in pkgutil.walk_packages(vsat_plugins.__path__, "vsat_plugins.")
    if not module.ispkg and "worker" not in module.name
]


@pytest.mark.parametrize("name", MODULES)
def test_examples_in_docstrings(name):
    try:
        module = importlib.import_module(name)
    except ModuleNotFoundError as error:
        pytest.skip(str(error))
    assert doctest.testmod(module).failed == 0
