"""What must hold for any file: check never fails, fix keeps what it does not mend, and fixing twice is fixing once."""

from __future__ import annotations

import ast
import io
import os
import tempfile
import tokenize
import warnings
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from .conftest import PROGRAMS, call

VERSIONS = ("2.15", "2.21")
SOURCES = [path.read_bytes() for path in PROGRAMS]
LONG = int(os.environ.get("TENSORLIFT_EXAMPLES", "40"))  # set it to 1000 for the long run

quick = settings(
    max_examples=LONG,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # a damaged program says enough; shrinking takes minutes
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def parses(source: bytes) -> bool:
    """Whether Python reads it."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


def fixed(source: bytes, version: str = "2.21", *options: str) -> tuple[bytes, list[str]]:
    """A file's bytes after ``fix`` and what else lies beside it then."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "program.py"
        path.write_bytes(source)
        outcome = call("fix", folder, "--tensorflow", version, "-j", "1", *options)
        assert outcome.code in (0, 1), outcome.err
        return path.read_bytes(), sorted(p.name for p in Path(folder).iterdir() if p != path)


def checked(source: bytes, version: str = "2.21") -> list[dict[str, object]]:
    """A file's findings. The command must have done its work."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "program.py"
        path.write_bytes(source)
        outcome = call("check", path, "--tensorflow", version, "--format", "json", "-j", "1")
        assert outcome.code in (0, 1), outcome.err
        assert outcome.code == bool(outcome.findings)
        return list(outcome.findings)


def comments(source: bytes) -> list[str]:
    """The comments of a file that parses."""
    tokens = tokenize.tokenize(io.BytesIO(source).readline)
    return [token.string for token in tokens if token.type == tokenize.COMMENT]


def logical_lines(source: bytes) -> list[tuple[int, int]]:
    """First and last line (from 1) of each statement that stands on lines of its own, or of a compound one's head."""
    lines, first = [], 0
    for token in tokenize.tokenize(io.BytesIO(source).readline):
        if token.type in (tokenize.ENCODING, tokenize.INDENT, tokenize.DEDENT, tokenize.COMMENT, tokenize.NL):
            continue
        first = first or token.start[0]
        if token.type == tokenize.NEWLINE:
            lines.append((first, token.end[0]))
            first = 0
    return lines


def is_subsequence(part: list[bytes], whole: list[bytes]) -> bytes | None:
    """The first item of ``part`` that is not met in order in ``whole``."""
    rest = iter(whole)
    return next((item for item in part if item not in rest), None)


# --------------------------------------------------------------------------------------------------- whole programs


@pytest.mark.parametrize("version", VERSIONS)
def test_every_program_is_found_to_be_written_for_tensorflow_1(program: Path, version: str) -> None:
    assert len(checked(program.read_bytes(), version)) > 5


@pytest.mark.parametrize("version", VERSIONS)
def test_fix_gives_a_program_that_parses(program: Path, version: str) -> None:
    source = program.read_bytes()
    if parses(source):
        assert parses(fixed(source, version)[0])


@pytest.mark.parametrize("version", VERSIONS)
def test_fixing_twice_is_fixing_once(program: Path, version: str, tmp_path: Path) -> None:
    path = tmp_path / program.name
    path.write_bytes(program.read_bytes())
    call("fix", tmp_path, "--tensorflow", version, "-j", "1")
    once = {p.name: p.read_bytes() for p in tmp_path.iterdir()}
    assert once[program.name] != program.read_bytes()
    call("fix", tmp_path, "--tensorflow", version, "-j", "1")
    assert {p.name: p.read_bytes() for p in tmp_path.iterdir()} == once


def test_fix_leaves_what_check_reports_afterwards(program: Path, tmp_path: Path) -> None:
    path = tmp_path / program.name
    path.write_bytes(program.read_bytes())
    outcome = call("fix", tmp_path, "--format", "json", "-j", "1")
    left = call("check", tmp_path, "--format", "json", "-j", "1")
    assert outcome.code == left.code == bool(left.findings)


def test_comments_are_kept(program: Path) -> None:
    source = program.read_bytes()
    if not parses(source):
        return
    after = comments(fixed(source)[0])
    for comment in comments(source):
        assert comment in after


def test_lines_without_a_finding_are_kept(program: Path) -> None:
    source = program.read_bytes()
    if not parses(source):
        return
    lines = source.splitlines(keepends=True)
    touched = set()
    for finding in checked(source):
        start, end = finding["start"], finding["end"]
        assert isinstance(start, dict)
        assert isinstance(end, dict)
        touched |= set(range(start["line"], end["line"] + 1))
    kept = []
    for first, last in logical_lines(source):
        if not touched & set(range(first, last + 1)):
            kept += lines[first - 1 : last]
    lost = is_subsequence(kept, fixed(source)[0].splitlines(keepends=True))
    assert lost is None, lost


def test_findings_lie_in_the_file(program: Path) -> None:
    text = program.read_bytes().decode("latin-1" if b"latin-1" in program.read_bytes()[:80] else "utf8")
    lines = text.split("\n")
    for finding in checked(program.read_bytes()):
        start, end = finding["start"], finding["end"]
        assert isinstance(start, dict)
        assert isinstance(end, dict)
        assert (start["line"], start["column"]) <= (end["line"], end["column"])
        assert 1 <= start["line"] <= end["line"] <= len(lines)
        assert 1 <= start["column"] <= len(lines[start["line"] - 1]) + 1
        assert 1 <= end["column"] <= len(lines[end["line"] - 1]) + 1
        assert finding["rule"]
        assert finding["message"]


def test_output_writes_the_same_as_in_place(program: Path, tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.mkdir()
    (source / program.name).write_bytes(program.read_bytes())
    (source / "notes.txt").write_text("kept")
    call("fix", source, "--output", tmp_path / "copy", "-j", "1")
    assert (source / program.name).read_bytes() == program.read_bytes()
    call("fix", source, "-j", "1")
    assert {p.name: p.read_bytes() for p in source.iterdir()} == {
        p.name: p.read_bytes() for p in (tmp_path / "copy").iterdir()
    }


def test_diff_writes_nothing(program: Path, tmp_path: Path) -> None:
    path = tmp_path / program.name
    path.write_bytes(program.read_bytes())
    outcome = call("fix", tmp_path, "--diff", "-j", "1")
    assert [p.name for p in tmp_path.iterdir()] == [program.name]
    assert path.read_bytes() == program.read_bytes()
    assert outcome.out.count("\n+") > 1


# --------------------------------------------------------------------------------------------------------- mutations

JUNK = [
    *(
        b"(",
        b")",
        b"[",
        b"]",
        b"{",
        b"}",
        b":",
        b",",
        b".",
        b"=",
        b"\\\n",
        b'"""',
        b"'",
        b"#",
        b"\n",
        b"\t",
        b"\f",
        b";",
    ),
    *(b"tf.", b"tf", b"tf.Session(", b"tf.contrib.", b"import tensorflow as tf\n", b"from tensorflow.contrib import "),
    *(
        b"*",
        b"**",
        b"lambda: ",
        b" if ",
        b"else:\n",
        b"del tf\n",
        b"global tf\n",
        b"tf = None\n",
        b"print ",
        b"\0",
        b"\xff",
    ),
    *("é😀".encode(), b"f'{tf.log(1.)}'", b"@", b":=", b"async ", b"await ", b"match tf:\n", b"case tf.log:\n"),
]


def _cut(source: bytes, at: int, other: int, junk: bytes) -> bytes:
    low, high = sorted((at % (len(source) + 1), other % (len(source) + 1)))
    return source[:low] + source[min(high, low + 60) :]


def _insert(source: bytes, at: int, other: int, junk: bytes) -> bytes:
    at %= len(source) + 1
    return source[:at] + junk + source[at:]


def _truncate(source: bytes, at: int, other: int, junk: bytes) -> bytes:
    return source[: at % (len(source) + 1)]


def _drop_line(source: bytes, at: int, other: int, junk: bytes) -> bytes:
    lines = source.splitlines(keepends=True)
    return b"".join(line for i, line in enumerate(lines) if i != at % max(1, len(lines)))


def _move_line(source: bytes, at: int, other: int, junk: bytes) -> bytes:
    lines = source.splitlines(keepends=True)
    if lines:
        lines.insert(other % len(lines), lines.pop(at % len(lines)))
    return b"".join(lines)


def _splice(source: bytes, at: int, other: int, junk: bytes) -> bytes:
    second = SOURCES[other % len(SOURCES)]
    return source[: at % (len(source) + 1)] + second[other % (len(second) + 1) :]


def _indent(source: bytes, at: int, other: int, junk: bytes) -> bytes:
    return b"if True:\n" + b"".join(b"  " + line for line in source.splitlines(keepends=True))


def _windows(source: bytes, at: int, other: int, junk: bytes) -> bytes:
    return source.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def _rename(source: bytes, at: int, other: int, junk: bytes) -> bytes:
    return source.replace(b"as tf", b"as t").replace(b"tf.", b"t.")


Mutation = Callable[[bytes, int, int, bytes], bytes]
MUTATIONS: list[Mutation] = [_cut, _insert, _truncate, _drop_line, _move_line, _splice, _indent, _windows, _rename]
number = st.integers(0, 20_000)
steps = st.lists(st.tuples(st.sampled_from(MUTATIONS), number, number, st.sampled_from(JUNK)), min_size=1, max_size=5)


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """One of the programs after a few mutations."""
    source = draw(st.sampled_from(SOURCES))
    for mutate, at, other, junk in draw(steps):
        source = mutate(source, at, other, junk)
    return source


def readable(source: bytes) -> bool:
    """Whether the bytes are text in the encoding that they declare; what is not is reported, not analysed."""
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(source).readline)
        source.decode(encoding)
    except (SyntaxError, UnicodeDecodeError, LookupError):
        return False
    return b"\0" not in source


@quick
@given(damaged())
def test_check_never_fails(source: bytes) -> None:
    if readable(source):
        checked(source)


@quick
@given(damaged(), st.sampled_from(VERSIONS))
def test_fix_parses_where_the_input_did_and_is_final(source: bytes, version: str) -> None:
    if not readable(source):
        return
    once, _ = fixed(source, version)
    if parses(source):
        assert parses(once)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "program.py"
        path.write_bytes(source)
        call("fix", folder, "--tensorflow", version, "-j", "1")
        first = {p.name: p.read_bytes() for p in Path(folder).iterdir()}
        call("fix", folder, "--tensorflow", version, "-j", "1")
        assert {p.name: p.read_bytes() for p in Path(folder).iterdir()} == first


@quick
@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(source: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "program.py"
        path.write_bytes(b"import tensorflow as tf\n" + source)
        outcome = call("fix", folder, "-j", "1")
        assert outcome.code in (0, 1, 2)
        if outcome.code == 2:
            assert outcome.err.strip()
            assert path.read_bytes() == b"import tensorflow as tf\n" + source
