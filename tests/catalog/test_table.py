"""Searching sorted tables where they lie."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from tensorlift.catalog.table import Table

KEYS = st.text(st.characters(codec="utf-8", exclude_characters="\t\n\r", exclude_categories=("Cs",)), min_size=1)


def write(path: Path, rows: dict[str, str]) -> Table:
    lines = sorted(((key.encode(), value.encode()) for key, value in rows.items()))
    path.write_bytes(b"".join(key + b"\t" + value + b"\n" for key, value in lines))
    return Table(path)


@given(rows=st.dictionaries(KEYS, st.text("ab\u00e9\U0001f600", max_size=30), max_size=30), missing=KEYS)
def test_every_key_is_found_and_no_other(rows: dict[str, str], missing: str, tmp_path_factory: object) -> None:
    table = write(Path(str(tmp_path_factory.mktemp("table"))) / "t.txt", rows)  # type: ignore[attr-defined]
    for key, value in rows.items():
        assert table.find(key) == value
    assert table.find(missing) == rows.get(missing)
    assert list(table.keys()) == sorted(rows, key=str.encode)


def test_a_prefix_of_a_key_is_no_key(tmp_path: Path) -> None:
    table = write(tmp_path / "t.txt", {"tf.nn": "1", "tf.nn.relu": "2", "tf.nn_": "3"})
    assert table.find("tf.n") is None
    assert table.find("tf.nn.rel") is None
    assert list(table.keys("tf.nn.")) == ["tf.nn.relu"]


def test_an_empty_table_has_nothing(tmp_path: Path) -> None:
    table = write(tmp_path / "t.txt", {})
    assert table.find("a") is None
    assert list(table.keys()) == []
