"""Fixtures for all tests: where the raw report files are, and matplotlib without a screen."""

import os
from pathlib import Path

import matplotlib as mpl
import pytest
from hypothesis import HealthCheck, settings

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # tests run side by side, one on each core
mpl.use("agg")
settings.register_profile(
    "policytext", deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)
settings.load_profile("policytext")


def _shared_folder() -> Path:
    default = Path(__file__).parents[2] / "shared"
    return Path(os.environ.get("POLICYTEXT_SHARED", default))


def pytest_collection_modifyitems(items):
    """Skip tests that need the raw report files where these are not at hand."""
    if (_shared_folder() / "corpus").is_dir():
        return
    skip = pytest.mark.skip(reason="the raw report files are not beside this checkout")
    for item in items:
        if item.get_closest_marker("shared"):
            item.add_marker(skip)


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder with the raw reports, the reference labels and the reference models."""
    return _shared_folder()


@pytest.fixture(autouse=True)
def _close_figures():
    yield
    import matplotlib.pyplot as plt

    plt.close("all")
