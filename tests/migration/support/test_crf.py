"""The CRF functions against a sum over all tag sequences."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

np = pytest.importorskip("numpy", reason="comes with TensorFlow, which is not installed")
pytestmark = pytest.mark.tensorflow

STEPS, TAGS = 4, 3
RANDOM = np.random.RandomState(1)
UNARY = RANDOM.normal(size=(3, STEPS, TAGS)).astype(np.float32)
TRANSITIONS = RANDOM.normal(size=(TAGS, TAGS)).astype(np.float32)
LENGTHS = np.array([4, 2, 1], np.int32)
LABELS = RANDOM.randint(TAGS, size=(3, STEPS)).astype(np.int32)


def score(unary: Any, tags: Any) -> float:
    total = sum(unary[step, tag] for step, tag in enumerate(tags))
    return float(total + sum(TRANSITIONS[a, b] for a, b in itertools.pairwise(tags)))


def all_scores(example: int) -> dict[tuple[int, ...], float]:
    tags = itertools.product(range(TAGS), repeat=int(LENGTHS[example]))
    return {sequence: score(UNARY[example], sequence) for sequence in tags}


def test_scores_norm_and_likelihood(tf: Any, load: Any, run: Any) -> None:
    module = load("crf_log_likelihood", "crf_multitag_sequence_score")
    likelihood, _ = module.crf_log_likelihood(tf.constant(UNARY), LABELS, LENGTHS, tf.constant(TRANSITIONS))
    norm = module.crf_log_norm(tf.constant(UNARY), LENGTHS, tf.constant(TRANSITIONS))
    one_hot = np.eye(TAGS, dtype=bool)[LABELS]
    multi = module.crf_multitag_sequence_score(tf.constant(UNARY), one_hot, LENGTHS, tf.constant(TRANSITIONS))
    values, norms, multis = run([likelihood, norm, multi])
    for example in range(3):
        expected_norm = np.log(sum(np.exp(value) for value in all_scores(example).values()))
        expected = score(UNARY[example], LABELS[example, : LENGTHS[example]])
        np.testing.assert_allclose(norms[example], expected_norm, rtol=1e-5)
        np.testing.assert_allclose(values[example], expected - expected_norm, atol=1e-5)
        np.testing.assert_allclose(multis[example], expected, atol=1e-5)


def test_an_empty_sequence_scores_nothing(tf: Any, load: Any, run: Any) -> None:
    module = load("crf_log_likelihood")
    likelihood, _ = module.crf_log_likelihood(tf.constant(UNARY), LABELS, np.array([0, 1, 4]), tf.constant(TRANSITIONS))
    assert run(likelihood)[0] == 0.0


def test_transitions_are_made_and_trained(tf: Any, load: Any, run: Any) -> None:
    inputs = tf.compat.v1.placeholder(tf.float32, [None, None, TAGS])
    likelihood, transitions = load("crf_log_likelihood").crf_log_likelihood(inputs, LABELS, LENGTHS)
    assert transitions.op.name == "transitions"
    (gradient,) = tf.gradients(tf.reduce_mean(likelihood), [transitions])
    assert np.abs(run(gradient, {inputs: UNARY})).sum() > 0


def test_decoding_finds_the_best_sequence(tf: Any, load: Any, run: Any) -> None:
    module = load("crf_decode", "viterbi_decode")
    decoded, best = run(module.crf_decode(tf.constant(UNARY), tf.constant(TRANSITIONS), LENGTHS))
    assert decoded.dtype == np.int32
    for example in range(3):
        scores = all_scores(example)
        winner = max(scores, key=lambda tags: scores[tags])
        length = LENGTHS[example]
        assert tuple(decoded[example, :length]) == winner
        assert not decoded[example, length:].any()
        np.testing.assert_allclose(best[example], scores[winner], rtol=1e-5)
        tags, value = module.viterbi_decode(UNARY[example, :length], TRANSITIONS)
        assert tuple(tags) == winner
        np.testing.assert_allclose(value, scores[winner], rtol=1e-5)
