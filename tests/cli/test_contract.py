"""The contract that scripts rely on: exit codes, JSON, diffs, copies, suppression, requirements."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from tensorlift.cli.main import main

OLD = "import tensorflow as tf\n\nx = tf.placeholder(tf.float32)\n"
NEW = "import tensorflow as tf\ntf.compat.v1.disable_v2_behavior()\n\nx = tf.compat.v1.placeholder(tf.float32)\n"
GUIDE = "import tensorflow as tf\n\nf = tf.contrib.ffmpeg.decode_audio\n"


def run(*arguments: str) -> int:
    return main(["--tensorflow=2.21" if a == "V" else a for a in arguments])


def test_check_says_nothing_found_findings_and_failure_by_its_exit_code(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("new.py").write_text(NEW)
    assert run("check", "new.py", "V") == 0
    assert (
        "No TensorFlow 1 use found in 1 file for TensorFlow 2.21 (the command line), target compat"
        in capsys.readouterr().out
    )
    Path("old.py").write_text(OLD)
    assert run("check", "V") == 1
    assert "old.py:3:5: TL102 [*] `tf.placeholder` is only in `tf.compat.v1` today" in capsys.readouterr().out
    Path("binary.py").write_bytes(b"\0\1")
    assert run("check", "V") == 2
    captured = capsys.readouterr()
    assert "binary.py: holds NUL bytes" in captured.err
    assert "old.py:3:5" in captured.out
    assert run("check", "nowhere") == 2
    assert capsys.readouterr().err == "tensorlift: nowhere: there is no such file or folder\n"


def test_json_findings(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("old.py").write_text('"""\U0001d54f"""; ' + OLD)
    assert run("check", "old.py", "V", "--format", "json", "--select", "TL102") == 1
    (finding,) = json.loads(capsys.readouterr().out)
    assert finding.pop("message")
    assert finding == {
        "rule": "TL102",
        "name": "compat-only-endpoint",
        "path": "old.py",
        "start": {"line": 3, "column": 5},
        "end": {"line": 3, "column": 19},
        "endpoint": "tf.placeholder",
        "replacement": "tf.compat.v1.placeholder",
        "applicability": "safe",
    }


def test_columns_are_characters(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("old.py").write_text("import tensorflow as tf\ns = '\U0001d54fé'; tf.Session()\n")
    run("check", "old.py", "V", "--format", "json", "--select", "TL102")
    (finding,) = json.loads(capsys.readouterr().out)
    assert finding["start"] == {"line": 2, "column": 11}


def test_fix_in_place_and_again(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("old.py").write_text(OLD)
    assert run("fix", "V") == 0
    assert Path("old.py").read_text() == NEW
    assert "old.py: 2 changed, 0 left" in capsys.readouterr().out
    assert run("fix", "V") == 0
    assert Path("old.py").read_text() == NEW
    assert "Changed 0 uses in 0 of 1 files" in capsys.readouterr().out


def test_fix_tells_what_it_left_and_why(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("guide.py").write_text(GUIDE)
    assert run("fix", "V") == 1
    out = capsys.readouterr().out
    assert "guide.py:" in out
    assert "`tf.contrib.ffmpeg.decode_audio` is gone with `tf.contrib`" in out
    assert "1 left for a person" in out


def test_diff_applies_with_git_and_writes_nothing(project: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    Path("old.py").write_bytes(OLD.replace("\n", "\r\n").encode() + b"# end")
    Path("pkg").mkdir()
    Path("pkg/a.py").write_text("import pkg.b\n" + OLD)
    Path("pkg/b.py").write_text(OLD)
    Path("pkg/__init__.py").write_text("")
    before = {p: p.read_bytes() for p in Path().rglob("*.py")}
    assert run("fix", "V", "--diff") == 0
    diff = capfdbinary.readouterr().out
    assert {p: p.read_bytes() for p in Path().rglob("*.py")} == before
    subprocess.run(["git", "init", "-q", "."], check=True)
    subprocess.run(["git", "apply", "--whitespace=nowarn", "-"], input=diff, check=True)
    applied = {p: p.read_bytes() for p in Path().rglob("*.py")}
    for path, data in before.items():
        path.write_bytes(data)
    Path("pkg/tf1_support.py").unlink()
    assert run("fix", "V") == 0
    assert {p: p.read_bytes() for p in Path().rglob("*.py")} == applied
    assert b"\r\n" in applied[Path("old.py")]


def test_output_copies_the_whole_tree(project: Path) -> None:
    Path("src/data").mkdir(parents=True)
    Path("src/old.py").write_text(OLD)
    Path("src/data/notes.txt").write_text("kept")
    assert run("fix", "src", "--output", "new", "V") == 0
    assert Path("src/old.py").read_text() == OLD
    assert Path("new/old.py").read_text() == NEW
    assert Path("new/data/notes.txt").read_text() == "kept"
    assert run("fix", "src", "--output", "new", "V") == 2


def test_suppression_comments(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("a.py").write_text("import tensorflow as tf\nx = tf.log(1.0)  # tensorlift: ignore[TL101]\ny = tf.log(2.0)\n")
    run("check", "a.py", "V", "--select", "TL101")
    assert "a.py:3:5" in (out := capsys.readouterr().out)
    assert "a.py:2" not in out
    Path("a.py").write_text("# tensorlift: ignore-file\n" + OLD)
    assert run("check", "a.py", "V", "--select", "TL1") == 0
    run("fix", "a.py", "V")
    assert "tf.placeholder" in Path("a.py").read_text()


def test_run_unchanged_switches_the_import(project: Path) -> None:
    Path("a.py").write_text(
        "import tensorflow as tf\nfrom tensorflow.contrib import slim\n\n"
        "x = tf.nn.dropout(tf.placeholder(tf.float32), keep_prob=0.5)\ny = slim.flatten(x)\n"
    )
    assert run("fix", "a.py", "V", "--run-unchanged") == 0
    assert Path("a.py").read_text() == (
        "import tensorflow.compat.v1 as tf\ntf.disable_v2_behavior()\nimport tf_slim as slim\n\n"
        "x = tf.nn.dropout(tf.placeholder(tf.float32), keep_prob=0.5)\ny = slim.flatten(x)\n"
    )


def test_packages_are_added_to_the_requirements(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("a.py").write_text("import tensorflow as tf\nx = tf.layers.dense(tf.placeholder(tf.float32, [1, 2]), 3)\n")
    Path("requirements.txt").write_text("numpy\ntensorflow>=1.12")
    assert run("fix", "V") == 0
    assert Path("requirements.txt").read_text() == "numpy\ntensorflow>=1.12\ntf_keras~=2.21.0\n"
    assert "also needs: tf_keras (added to requirements.txt)" in capsys.readouterr().out
    text = Path("a.py").read_text()
    assert text.index("TF_USE_LEGACY_KERAS") < text.index("import tensorflow")
    assert run("fix", "V") == 0
    assert Path("requirements.txt").read_text() == "numpy\ntensorflow>=1.12\ntf_keras~=2.21.0\n"


def test_packages_are_added_to_pyproject(project: Path) -> None:
    Path("a.py").write_text("import tensorflow as tf\nx = tf.layers.dense(tf.placeholder(tf.float32, [1, 2]), 3)\n")
    Path("pyproject.toml").write_text('[project]\nname = "p"\ndependencies = [\n    "numpy",\n]\n')
    assert run("fix", "V") == 0
    assert Path("pyproject.toml").read_text() == (
        '[project]\nname = "p"\ndependencies = [\n    "tf_keras~=2.21.0",\n    "numpy",\n]\n'
    )


def test_the_version_decides(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("a.py").write_text("import tensorflow as tf\nx = tf.layers.dense(tf.placeholder(tf.float32, [1, 2]), 3)\n")
    run("check", "a.py", "--tensorflow", "2.15", "--format", "json")
    assert "TL202" not in {f["rule"] for f in json.loads(capsys.readouterr().out)}
    Path("requirements.txt").write_text("tensorflow==2.15.1\n")
    run("check", "a.py")
    assert "for TensorFlow 2.15 (requirements.txt)" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["check", "--tensorflow", "1.15"], "the release to move to is 2.0 or later"),
        (["check", "--tensorflow", "new"], "a release such as 2.21 is asked for"),
        (["explain", "TL999"], "there is no rule TL999"),
        (["explain", "tf.Sesion"], "did you mean tf.Session"),
        (["fix", "a.py", "b.py", "--output", "out"], "exactly one PATH"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(
    project: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], message: str
) -> None:
    for name in ("a.py", "b.py"):
        Path(name).write_text("")
    assert main(arguments) == 2
    err = capsys.readouterr().err
    assert message in err
    assert err.count("\n") == 1
    assert not Path("out").exists()


def test_explain_json(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("explain", "tf.nn.dropout", "V", "--format", "json") == 0
    explanation = json.loads(capsys.readouterr().out)
    assert {k: explanation[k] for k in ("endpoint", "kind", "verdict", "replacement", "package", "rule")} == {
        "endpoint": "tf.nn.dropout",
        "kind": "function",
        "verdict": "signature",
        "replacement": "tf.nn.dropout",
        "package": "tensorflow",
        "rule": "TL104",
    }
    became = {p["name"]: (p["status"], p["becomes"], p["expression"]) for p in explanation["parameters"]}
    assert became["keep_prob"] == ("changed", "rate", "1 - {}")
    assert became["x"] == ("same", "x", None)


def test_two_processes_give_what_one_gives(
    project: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tensorlift.migration.run.SMALL", 0)
    for number in range(40):
        Path(f"m{number}.py").write_text(f"import m{(number + 1) % 40}\n" + OLD)
    run("check", "V", "-j", "1")
    one = capsys.readouterr().out
    run("check", "V", "-j", "2")
    assert capsys.readouterr().out == one
    assert one.count("TL102") == 40
