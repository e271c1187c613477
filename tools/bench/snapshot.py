"""Trees of real repositories, unpacked from git snapshots.

A mirror is a folder with one snapshot per repository, ``OWNER+NAME/repo`` (bare, or a clone with its ``.git``), or
``OWNER/NAME.git``. ``git clone --mirror https://github.com/OWNER/NAME MIRROR/OWNER/NAME.git`` makes one.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

MANIFEST = Path(__file__).with_name("repos.json")


@dataclass(frozen=True)
class Repository:
    """One entry of ``repos.json``: a repository at a commit, and how its tests run.

    ``tests`` are globs of test files, ``drivers`` are files of ``drivers/`` that are copied beside the code and run
    as tests. ``protos`` are globs of protocol buffers that the project's own build compiles (with the ``protoc`` on
    the path). Times are in seconds.
    """

    name: str
    repo: str
    commit: str
    style: str = ""
    tests: tuple[str, ...] = ()
    skip_tests: tuple[str, ...] = ()
    drivers: tuple[str, ...] = ()
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    protos: tuple[str, ...] = ()
    proto_root: str = "."
    pythonpath: tuple[str, ...] = (".",)
    test_timeout: int = 120
    file_timeout: int = 300
    repo_timeout: int = 1800

    @classmethod
    def read(cls, entry: dict[str, Any]) -> Repository:
        """A repository from its JSON object; keys of other tools are passed over."""
        known: dict[str, Any] = {key: value for key, value in entry.items() if key in cls.__dataclass_fields__}
        return cls(**{key: tuple(value) if isinstance(value, list) else value for key, value in known.items()})  # type: ignore[arg-type]


def manifest(path: Path = MANIFEST, only: str | None = None) -> list[Repository]:
    """The repositories of a manifest, or those named in ``only`` (separated by commas, in that order)."""
    entries = {entry["name"]: Repository.read(entry) for entry in json.loads(path.read_text())["entries"]}
    if only is None:
        return list(entries.values())
    unknown = sorted(set(only.split(",")) - set(entries))
    if unknown:
        raise SystemExit(f"not in {path.name}: {', '.join(unknown)}")
    return [entries[name] for name in only.split(",")]


def git_directory(mirror: Path, repo: str) -> Path:
    """Where the snapshot of ``OWNER/NAME`` is. Raises FileNotFoundError when the mirror lacks it."""
    joined = mirror / repo.replace("/", "+") / "repo"
    for candidate in (joined / ".git", joined, mirror / f"{repo}.git", mirror / repo / ".git"):
        if (candidate / "HEAD").exists():
            return candidate
    raise FileNotFoundError(f"{mirror} has no snapshot of {repo}")


def unpack(mirror: Path, repo: str, commit: str, to: Path, include: tuple[str, ...] = (), suffix: str = "") -> None:
    """Write the files of ``commit`` under ``to``. Links are left out, and so are objects that the snapshot lacks.
    ``include`` limits the paths, ``suffix`` the file names."""
    git = ["git", f"--git-dir={git_directory(mirror, repo)}"]
    listing = subprocess.run([*git, "ls-tree", "-r", "-z", commit, "--", *include], stdout=subprocess.PIPE, check=True)
    files = []
    for line in listing.stdout.split(b"\0"):
        head, _, name = line.partition(b"\t")
        if line and head.startswith(b"100") and name.endswith(suffix.encode()):
            files.append((head[:6], head.split()[2], name.decode("utf8", "surrogateescape")))
    to.mkdir(parents=True, exist_ok=True)
    reader = subprocess.Popen([*git, "cat-file", "--batch"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert reader.stdin is not None
    assert reader.stdout is not None
    for mode, blob, path_name in files:
        reader.stdin.write(blob + b"\n")
        reader.stdin.flush()
        answer = reader.stdout.readline().split()
        if answer[-1] == b"missing":
            continue
        content = reader.stdout.read(int(answer[2]))
        reader.stdout.read(1)
        path = to / path_name
        if ".." in path.parts:
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        if mode == b"100755":
            path.chmod(0o755)
    reader.stdin.close()
    reader.wait()


def unpack_repository(mirror: Path, repository: Repository, to: Path) -> None:
    """Write a manifest entry's tree under ``to``, without what it excludes."""
    unpack(mirror, repository.repo, repository.commit, to, repository.include)
    for pattern in repository.exclude:
        for path in list(to.glob(pattern)):
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    protos = [str(path) for pattern in repository.protos for path in to.glob(pattern)]
    if protos and shutil.which("protoc"):
        root = str(to / repository.proto_root)
        subprocess.run(["protoc", f"--proto_path={root}", f"--python_out={root}", *protos], check=True)


def python_files(root: Path) -> list[Path]:
    """Every ``.py`` file under ``root``, sorted."""
    return sorted(path for path in root.rglob("*.py") if path.is_file())


def count_lines(root: Path) -> tuple[int, int]:
    """Number of Python files under ``root`` and of their lines."""
    files = python_files(root)
    return len(files), sum(path.read_bytes().count(b"\n") for path in files)
