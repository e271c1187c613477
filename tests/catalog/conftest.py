"""The catalog, and the tool that builds it, for the tests of this folder."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from typing import Any

import pytest
from tensorlift.catalog.catalog import Catalog, load

TOOLS = Path(__file__).parents[2] / "tools" / "catalog"


@pytest.fixture(scope="session")
def catalog() -> Catalog:
    return load()


@pytest.fixture(scope="session")
def tool() -> Any:
    """``tools/catalog/build.py`` as a module; its neighbours can be imported afterwards."""
    sys.path.insert(0, str(TOOLS))
    try:
        return importlib.import_module("build")
    finally:
        sys.path.remove(str(TOOLS))


@pytest.fixture(scope="session")
def built(tool: Any) -> Any:
    """One run of the tool over the committed facts and curated files, checked."""
    build = tool.load()
    build.check()
    return build
