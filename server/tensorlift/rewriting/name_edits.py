"""The smallest edit that turns one dotted name into another."""

from __future__ import annotations

from tensorlift.analysis.model import Reference
from tensorlift.text.edits import Edit


def name_edit(source: bytes, reference: Reference, end: int, text: str) -> Edit | None:
    """The smallest edit that turns the name which ``reference`` spells up to ``end`` into ``text``: the components that
    both begin and end with stay, with the line breaks between them. ``None`` when a comment inside the name would be
    lost."""
    components = _spelled_components(source, reference, end)
    new = text.split(".")
    if components is None:
        return None if b"#" in source[reference.start : end] else Edit(reference.start, end, text)
    old = [source[a:b].decode() for a, b in components]
    head = 0
    while head < min(len(old), len(new)) and old[head] == new[head]:
        head += 1
    tail = 0
    while tail < min(len(old), len(new)) - head and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    if head == len(old) == len(new):
        return Edit(reference.start, reference.start, "")
    if head == 0:
        tail = min(tail, len(old) - 1)  # never a mere insertion in front: other edits may insert there
    kept = len(old) - tail
    first = components[head][0] if head < len(old) else components[-1][1]
    if head == len(old):
        return Edit(first, first, "".join("." + name for name in new[head:]))
    if kept > head:
        last, middle = components[kept - 1][1], ".".join(new[head : len(new) - tail])
        if len(new) - tail == head:  # nothing stands in the middle any more: the dot goes too
            last = components[kept][0] if tail else last
            first = components[head - 1][1] if not tail and head else first
    else:
        last, middle = first, "".join(name + "." for name in new[head : len(new) - tail])
    return None if b"#" in source[first:last] else Edit(first, last, middle)


def _spelled_components(source: bytes, reference: Reference, end: int) -> list[tuple[int, int]] | None:
    """Spans of the identifiers that a reference spells up to ``end``; ``None`` when its first part is no plain name."""
    spans: list[tuple[int, int]] = []
    attributes = reference.name[len(reference.base) :].strip(".")
    names = attributes.split(".") if attributes else []
    start, stop = reference.start, reference.ends[0]
    at = start
    for part in source[start:stop].split(b"."):
        if not part.decode().isidentifier():
            return None
        spans.append((at, at + len(part)))
        at += len(part) + 1
    for name, close in zip(names, reference.ends[1:], strict=False):
        spans.append((close - len(name.encode()), close))
    return [span for span in spans if span[1] <= end]
