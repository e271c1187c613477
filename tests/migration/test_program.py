"""Where behaviour is switched and where the support module goes, for programs of several shapes."""

from __future__ import annotations

from pathlib import Path

from tensorlift.migration.facts import ModuleFacts
from tensorlift.migration.program import Layout, Member, lay_out
from tensorlift.text.document import Document
from tensorlift.workspace.workspace import Workspace


def layout_of(root: Path, files: dict[str, str], support: tuple[str, ...] = ()) -> Layout:
    """Lay out a program whose files need v1 behaviour where they say ``tf1``, eager execution where they say ``eager``,
    legacy Keras where they say ``keras`` and a support definition where they say ``support``."""
    members = {}
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    workspace = Workspace(root)
    for name, text in files.items():
        path = str(root / name)
        facts = ModuleFacts(
            "tf1" in text,
            0 if "tf1" in text else -1,
            0 if "keras" in text else -1,
            switches_v1="switched" in text,
            support=("HParams",) if "support" in text else (),
            modern="modern" in text,
        )
        origins = tuple(workspace.origins(path, Document.from_bytes(text.encode()).source))
        members[path] = Member(facts, origins)
    return lay_out(members, frozenset(members))


def shape(layout: Layout, root: Path) -> dict[str, str]:
    """The layout in short: file -> what it gets."""
    found = {}
    for path, switch in layout.switches.items():
        what = "inline" if switch.inline else f"import {switch.module}"
        found[str(Path(path).relative_to(root))] = what + (" +keras" if switch.legacy else "")
    for path, support in layout.supports.items():
        found[str(Path(path).relative_to(root))] = "support " + ",".join(support.definitions)
    return found


def test_scripts_on_their_own_get_it_inline(tmp_path: Path) -> None:
    layout = layout_of(tmp_path, {"a.py": "# tf1", "b.py": "# tf1 keras", "c.py": "x = 1"})
    assert shape(layout, tmp_path) == {"a.py": "inline", "b.py": "inline +keras"}


def test_flat_modules_share_a_support_module(tmp_path: Path) -> None:
    files = {"train.py": "import model  # tf1", "model.py": "import util  # tf1", "util.py": ""}
    assert shape(layout_of(tmp_path, files), tmp_path) == {
        "train.py": "import tf1_support",
        "model.py": "import tf1_support",
        "tf1_support.py": "support ",
    }


def test_a_package_switches_in_its_init(tmp_path: Path) -> None:
    files = {
        "pkg/__init__.py": "",
        "pkg/net.py": "# tf1",
        "pkg/sub/__init__.py": "",
        "pkg/sub/ops.py": "from pkg import net  # tf1",
    }
    assert shape(layout_of(tmp_path, files), tmp_path) == {
        "pkg/__init__.py": "import pkg.tf1_support",
        "pkg/tf1_support.py": "support ",
    }


def test_packages_side_by_side_share_one_above_them(tmp_path: Path) -> None:
    files = {
        "nets/__init__.py": "",
        "nets/a.py": "# tf1",
        "deploy/__init__.py": "",
        "deploy/run.py": "from nets import a  # tf1",
        "train.py": "from deploy import run  # tf1",
    }
    assert shape(layout_of(tmp_path, files), tmp_path) == {
        "nets/__init__.py": "import tf1_support",
        "deploy/__init__.py": "import tf1_support",
        "train.py": "import tf1_support",
        "tf1_support.py": "support ",
    }


def test_a_repository_that_is_a_package_but_is_imported_from_inside_is_flat(tmp_path: Path) -> None:
    files = {
        "__init__.py": "",
        "modeling.py": "# tf1",
        "run.py": "import modeling  # tf1",
        "run_test.py": "import run  # tf1",
    }
    found = shape(layout_of(tmp_path, files), tmp_path)
    assert found["run_test.py"] == "import tf1_support"
    assert "__init__.py" not in found


def test_definitions_need_a_support_module_even_for_a_lone_script(tmp_path: Path) -> None:
    layout = layout_of(tmp_path, {"a.py": "# tf1 support"})
    assert shape(layout, tmp_path) == {"a.py": "import tf1_support", "tf1_support.py": "support HParams"}
    assert layout.dotted == {str(tmp_path / "a.py"): "tf1_support"}


def test_a_program_that_switches_itself_is_left_alone(tmp_path: Path) -> None:
    files = {"main.py": "import net  # switched", "net.py": "# tf1"}
    assert shape(layout_of(tmp_path, files), tmp_path) == {}


def test_nothing_needed_nothing_done(tmp_path: Path) -> None:
    assert shape(layout_of(tmp_path, {"a.py": "import b", "b.py": ""}), tmp_path) == {}


def test_a_modern_program_with_a_corner_of_the_past_keeps_its_behaviour(tmp_path: Path) -> None:
    files = {"a.py": "import b, c  # tf1", "b.py": "# modern", "c.py": "# modern"}
    assert shape(layout_of(tmp_path, files), tmp_path) == {}
