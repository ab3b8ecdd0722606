"""A browser for the tests of the page, started once."""

import copy
from typing import Any

import pytest

from tests._support.browser import Tab, browser
from tests._support.pages import SAMPLE
from vsat_core.matrix.output.page import page


@pytest.fixture(scope="session")
def running(tmp_path_factory):
    with browser(tmp_path_factory.mktemp("browser") / "profile") as found:
        yield found


@pytest.fixture(scope="session")
def show(running, tmp_path_factory):
    """Write the page of some results and open it."""

    def opened(results: dict[str, Any], **how: Any) -> Tab:
        file = tmp_path_factory.mktemp("page") / "matrix.html"
        file.write_text(page(results), encoding="utf-8")
        return running.open(file, **how)

    return opened


@pytest.fixture(scope="session")
def still(show):
    """The sample with everything open, for looking only."""
    sample = show(SAMPLE)
    sample.click("#open-all")
    return sample


@pytest.fixture
def tab(still):
    """The sample as if just opened."""
    still.run("clearFilters(), pickSubset(DATA.subsets[0]), scrollTo(0, 0)")
    return still


@pytest.fixture
def results():
    """The sample, to be changed."""
    return copy.deepcopy(SAMPLE)
