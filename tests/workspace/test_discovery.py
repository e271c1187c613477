"""Which files a run looks at."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from tensorlift.workspace.discovery import sources


def make(root: Path, *names: str) -> None:
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("")


def found(root: Path, exclude: tuple[str, ...] = ()) -> list[str]:
    return [str(p.relative_to(root)) for p in sources(root, exclude)]


def test_sources_in_order_without_generated_and_foreign_code(tmp_path: Path) -> None:
    make(
        tmp_path,
        "b.py",
        "a/x.py",
        "a/x_pb2.py",
        "a/x_pb2_grpc.py",
        "a/notes.txt",
        ".venv/lib/y.py",
        "node_modules/z.py",
    )
    make(tmp_path, "myenv/pyvenv.cfg", "myenv/lib/site.py")
    assert found(tmp_path) == ["b.py", "a/x.py"]


def test_gitignore_is_respected_at_every_level(tmp_path: Path) -> None:
    make(tmp_path, "keep.py", "build/gen.py", "sub/old.py", "sub/new.py", "sub/deep/old.py")
    (tmp_path / ".gitignore").write_text("/build/\n")
    (tmp_path / "sub" / ".gitignore").write_text("old.py\n!deep/old.py\n")
    assert found(tmp_path) == ["keep.py", "sub/new.py", "sub/deep/old.py"]


def test_gitignore_above_the_folder_counts_inside_a_repository(tmp_path: Path) -> None:
    make(tmp_path, ".git/HEAD", "pkg/a.py", "pkg/skip/b.py")
    (tmp_path / ".gitignore").write_text("skip/\n")
    assert found(tmp_path / "pkg") == ["a.py"]


def test_exclude_patterns(tmp_path: Path) -> None:
    make(tmp_path, "a.py", "tests/b.py", "third_party/c.py")
    assert found(tmp_path, ("third_party/", "tests/b.py")) == ["a.py"]


def test_a_loop_of_links_ends(tmp_path: Path) -> None:
    make(tmp_path, "a/b.py")
    (tmp_path / "a" / "loop").symlink_to(tmp_path, target_is_directory=True)
    assert found(tmp_path) == ["a/b.py"]


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may list every folder")
def test_a_folder_without_permission_is_reported(tmp_path: Path) -> None:
    make(tmp_path, "a.py", "closed/b.py")
    (tmp_path / "closed").chmod(0)
    told: list[tuple[Path, str]] = []
    assert [p.name for p in sources(tmp_path, (), lambda p, why: told.append((p, why)))] == ["a.py"]
    assert told == [(tmp_path / "closed", "cannot be listed: Permission denied")]
    (tmp_path / "closed").chmod(0o755)
