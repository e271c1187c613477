"""Edits of many fixes in one text."""

from __future__ import annotations

from tensorlift.migration.compose import Group, compose
from tensorlift.text.edits import Edit


def test_groups_that_do_not_touch_are_all_applied() -> None:
    source, applied, dropped = compose(b"a + b\n", [Group("a", (Edit(0, 1, "x"),)), Group("b", (Edit(4, 5, "y"),))])
    assert source == b"x + y\n"
    assert [g.key for g in applied] == ["a", "b"]
    assert not dropped


def test_a_group_that_claims_taken_bytes_waits() -> None:
    source, applied, _ = compose(b"abc\n", [Group(1, (Edit(0, 2, "X"),)), Group(2, (Edit(1, 3, "Y"),))])
    assert source == b"Xc\n"
    assert [g.key for g in applied] == [1]


def test_edits_inside_deleted_text_are_done_with_it() -> None:
    source, applied, _ = compose(b"f(a, b)\n", [Group("drop", (Edit(3, 6, ""),)), Group("rename", (Edit(5, 6, "c"),))])
    assert source == b"f(a)\n"
    assert len(applied) == 2


def test_the_group_that_breaks_the_syntax_is_dropped_alone() -> None:
    good, bad = Group("good", (Edit(0, 1, "x"),)), Group("bad", (Edit(4, 5, "("),))
    source, applied, dropped = compose(b"a = b\n", [good, bad])
    assert source == b"x = b\n"
    assert [g.key for g in dropped] == ["bad"]
    assert [g.key for g in applied] == ["good"]


def test_text_that_did_not_parse_before_is_not_judged() -> None:
    source, _, dropped = compose(b"print x\n", [Group(1, (Edit(6, 7, "y"),))])
    assert source == b"print y\n"
    assert not dropped
