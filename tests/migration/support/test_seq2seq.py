"""Decoding: helpers, attention, beam search, losses."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

np = pytest.importorskip("numpy", reason="comes with TensorFlow, which is not installed")
pytestmark = pytest.mark.tensorflow

BATCH, STEPS, UNITS, WORDS = 3, 5, 4, 6
RANDOM = np.random.RandomState(11)
INPUTS = RANDOM.normal(size=(BATCH, STEPS, UNITS)).astype(np.float32)
LENGTHS = np.array([5, 3, 1], np.int32)


@pytest.fixture(autouse=True)
def random_start(tf: Any) -> None:
    tf.compat.v1.get_variable_scope().set_initializer(tf.compat.v1.random_normal_initializer(seed=5))


def test_training_equals_dynamic_rnn(tf: Any, load: Any, run: Any) -> None:
    module = load("BasicDecoder", "TrainingHelper", "dynamic_decode")
    cell = tf.compat.v1.nn.rnn_cell.GRUCell(UNITS)
    helper = module.TrainingHelper(tf.constant(INPUTS), LENGTHS)
    decoder = module.BasicDecoder(cell, helper, cell.zero_state(BATCH, tf.float32))
    outputs, state, lengths = module.dynamic_decode(decoder, impute_finished=True, scope="shared")
    with tf.compat.v1.variable_scope("shared", reuse=True) as scope:
        expected, expected_state = tf.compat.v1.nn.dynamic_rnn(
            cell, tf.constant(INPUTS), LENGTHS, dtype=tf.float32, scope=scope
        )
    a, b, sa, sb, n = run([outputs, expected, state, expected_state, lengths])
    np.testing.assert_allclose(a.rnn_output, b, atol=1e-6)
    np.testing.assert_allclose(sa, sb, atol=1e-6)
    assert n.tolist() == LENGTHS.tolist()
    assert outputs.rnn_output.shape.as_list() == [BATCH, None, UNITS]
    assert a.sample_id[0].tolist() == a.rnn_output[0].argmax(-1).tolist()


def test_an_output_layer_and_a_limit(tf: Any, load: Any, run: Any) -> None:
    module = load("BasicDecoder", "TrainingHelper", "dynamic_decode")
    cell = tf.compat.v1.nn.rnn_cell.BasicLSTMCell(UNITS)
    layer = tf.compat.v1.layers.Dense(WORDS, use_bias=False)
    decoder = module.BasicDecoder(
        cell, module.TrainingHelper(tf.constant(INPUTS), LENGTHS), cell.zero_state(BATCH, tf.float32), layer
    )
    outputs, _, lengths = module.dynamic_decode(decoder, maximum_iterations=2, output_time_major=True)
    values, n = run([outputs, lengths])
    assert values.rnn_output.shape == (2, BATCH, WORDS) and n.tolist() == [2, 2, 1]
    with pytest.raises(TypeError):
        module.dynamic_decode(cell)
    with pytest.raises(TypeError):
        module.BasicDecoder(cell, "helper", None)


def greedy(embedding: Any, start: int, end: int, limit: int) -> list[int]:
    """A chain whose next word is the best logit of the last word's row."""
    word, path = start, []
    for _ in range(limit):
        word = int(embedding[word].argmax())
        path.append(word)
        if word == end:
            break
    return path


class Echo:
    """Builds a cell whose output is its input, so that an embedding row is the next word's logits."""

    @staticmethod
    def cell(tf: Any, width: int) -> Any:
        class EchoCell(tf.compat.v1.nn.rnn_cell.RNNCell):  # type: ignore[misc, name-defined]
            state_size = 1
            output_size = width

            def call(self, inputs: Any, state: Any) -> Any:
                return inputs, state + 1.0

        return EchoCell()


def test_greedy_decoding_stops_at_the_end_token(tf: Any, load: Any, run: Any) -> None:
    module = load("BasicDecoder", "GreedyEmbeddingHelper", "dynamic_decode")
    table = RANDOM.normal(size=(WORDS, WORDS)).astype(np.float32)
    cell = Echo.cell(tf, WORDS)
    helper = module.GreedyEmbeddingHelper(tf.constant(table), tf.constant([0, 1, 2]), 3)
    decoder = module.BasicDecoder(cell, helper, cell.zero_state(3, tf.float32))
    outputs, _, lengths = run(module.dynamic_decode(decoder, maximum_iterations=7))
    for row, start in enumerate((0, 1, 2)):
        path = greedy(table, start, 3, 7)
        assert outputs.sample_id[row, : lengths[row]].tolist() == path
    with pytest.raises(ValueError):
        module.GreedyEmbeddingHelper(tf.constant(table), tf.constant(0), 3)


def test_sampling_helpers_run(tf: Any, load: Any, run: Any) -> None:
    module = load(
        "BasicDecoder",
        "SampleEmbeddingHelper",
        "InferenceHelper",
        "CustomHelper",
        "ScheduledEmbeddingTrainingHelper",
        "ScheduledOutputTrainingHelper",
        "dynamic_decode",
    )
    sharp = np.full((WORDS, WORDS), -50, np.float32)
    sharp[np.arange(WORDS), (np.arange(WORDS) + 1) % WORDS] = 50  # each word is followed by the next one
    table = tf.constant(sharp)
    cell = Echo.cell(tf, WORDS)

    def decode(helper: Any, limit: int = 4) -> Any:
        decoder = module.BasicDecoder(cell, helper, cell.zero_state(2, tf.float32))
        return module.dynamic_decode(decoder, maximum_iterations=limit)[0]

    words = tf.constant([[0, 0, 0], [0, 0, 0]])
    true_inputs = tf.nn.embedding_lookup(table, words)
    never = module.ScheduledEmbeddingTrainingHelper(true_inputs, [3, 3], table, 0.0)
    always = module.ScheduledEmbeddingTrainingHelper(true_inputs, [3, 3], table, 1.0)
    own = module.ScheduledOutputTrainingHelper(true_inputs, [3, 2], 1.0, next_inputs_fn=lambda out: tf.roll(out, 1, 1))
    custom = module.CustomHelper(
        initialize_fn=lambda: (tf.constant([False, False]), tf.gather(table, [0, 1])),
        sample_fn=lambda time, outputs, state: tf.argmax(outputs, -1, output_type=tf.int32),
        next_inputs_fn=lambda time, outputs, state, sample_ids: (
            tf.equal(sample_ids, 5),
            tf.gather(table, sample_ids),
            state,
        ),
    )
    inference = module.InferenceHelper(
        sample_fn=lambda outputs: outputs,
        sample_shape=[WORDS],
        sample_dtype=tf.float32,
        start_inputs=tf.gather(table, [0, 1]),
        end_fn=lambda ids: tf.tile([False], [tf.shape(ids)[0]]),
    )
    sampled, trained, scheduled, outputs, customized, echoed = run(
        [
            decode(module.SampleEmbeddingHelper(table, [0, 2], 5, softmax_temperature=2.0, seed=1)),
            decode(never),
            decode(always),
            decode(own),
            decode(custom),
            decode(inference),
        ]
    )
    assert sampled.sample_id.tolist()[0] == [1, 2, 3, 4] and sampled.sample_id.tolist()[1][:3] == [3, 4, 5]
    assert trained.rnn_output.argmax(-1).tolist() == [[1, 1, 1], [1, 1, 1]] and (trained.sample_id == -1).all()
    assert scheduled.sample_id.tolist() == [[1, 2, 3], [1, 2, 3]]
    assert outputs.rnn_output.argmax(-1)[0].tolist() == [1, 2, 3]
    assert customized.sample_id.tolist()[0] == [1, 2, 3, 4]
    assert echoed.sample_id.argmax(-1).tolist() == [[1, 1, 1, 1], [2, 2, 2, 2]]


@pytest.mark.parametrize("kind", ["BahdanauAttention", "LuongAttention"])
@pytest.mark.parametrize("extra", [False, True])
def test_attention(tf: Any, load: Any, kind: str, extra: bool) -> None:
    module = load(kind, "AttentionWrapper")
    options = {"normalize" if kind == "BahdanauAttention" else "scale": extra}
    mechanism = getattr(module, kind)(UNITS, tf.constant(INPUTS), memory_sequence_length=LENGTHS, **options)
    query = RANDOM.normal(size=(BATCH, UNITS)).astype(np.float32)
    alignments, _ = mechanism(tf.constant(query), mechanism.initial_state(BATCH, tf.float32))
    variables = {v.op.name: v for v in tf.compat.v1.global_variables()}
    with tf.compat.v1.Session() as session:
        session.run(tf.compat.v1.global_variables_initializer())
        result, w = session.run([alignments, variables])
    prefix = kind.replace("Attention", "_attention").lower() + "/"
    keys = (INPUTS * (np.arange(STEPS) < LENGTHS[:, None])[..., None]) @ w["memory_layer/kernel"]
    if kind == "LuongAttention":
        score = (query[:, None] * keys).sum(-1) * w.get(prefix + "attention_g", 1.0)
    else:
        vector = w[prefix + "attention_v"]
        total = keys + (query @ w[prefix + "query_layer/kernel"])[:, None] + w.get(prefix + "attention_b", 0.0)
        if extra:
            assert w[prefix + "attention_g"] == pytest.approx(0.5)
            vector = w[prefix + "attention_g"] * vector / np.sqrt((vector**2).sum())
        score = (vector * np.tanh(total)).sum(-1)
    score[np.arange(STEPS) >= LENGTHS[:, None]] = -np.inf
    expected = np.exp(score - score.max(1, keepdims=True))
    np.testing.assert_allclose(result, expected / expected.sum(1, keepdims=True), atol=1e-5)


def test_the_wrapper_attends_and_remembers(tf: Any, load: Any, run: Any) -> None:
    module = load(
        "BahdanauAttention", "LuongAttention", "AttentionWrapper", "BasicDecoder", "TrainingHelper", "dynamic_decode"
    )
    memory = tf.constant(INPUTS)
    mechanisms = [module.BahdanauAttention(UNITS, memory), module.LuongAttention(UNITS, memory)]
    cells = tf.compat.v1.nn.rnn_cell
    wrapper = module.AttentionWrapper(
        cells.BasicLSTMCell(UNITS), mechanisms, attention_layer_size=[3, 2], alignment_history=True
    )
    assert wrapper.output_size == 5
    start = wrapper.zero_state(BATCH, tf.float32)
    start = start.clone(cell_state=cells.LSTMStateTuple(tf.ones([BATCH, UNITS]), tf.ones([BATCH, UNITS])))
    decoder = module.BasicDecoder(wrapper, module.TrainingHelper(memory, LENGTHS), start)
    outputs, state, _ = module.dynamic_decode(decoder)
    histories = [history.stack() for history in state.alignment_history]
    values, final, past = run([outputs.rnn_output, state.alignments, histories])
    assert values.shape == (BATCH, STEPS, 5) and past[0].shape == (STEPS, BATCH, STEPS)
    np.testing.assert_allclose(past[1][-1], final[1], atol=1e-6)
    np.testing.assert_allclose(final[0].sum(1), np.ones(BATCH), atol=1e-5)
    names = {v.op.name for v in tf.compat.v1.trainable_variables()}
    assert "decoder/attention_wrapper/basic_lstm_cell/kernel" in names
    assert "decoder/attention_wrapper/attention_layer/kernel" in names
    assert "decoder/attention_wrapper/bahdanau_attention/query_layer/kernel" in names
    with pytest.raises(ValueError):
        start.clone(attention=tf.zeros([BATCH, 9]))
    with pytest.raises(TypeError):
        module.AttentionWrapper(cells.BasicLSTMCell(UNITS), "mechanism")
    with pytest.raises(ValueError):
        module.AttentionWrapper(cells.BasicLSTMCell(UNITS), mechanisms, attention_layer_size=3)


def test_monotonic_attention_modes_agree(tf: Any, load: Any, run: Any) -> None:
    module = load("BahdanauMonotonicAttention", "AttentionWrapper")
    chances = RANDOM.uniform(0.1, 0.9, size=(2, 4)).astype(np.float32)
    before = np.eye(4, dtype=np.float32)[:2]
    recursive, parallel, hard = run(
        [module.monotonic_attention(chances, before, mode) for mode in ("recursive", "parallel", "hard")]
    )
    np.testing.assert_allclose(recursive, parallel, atol=1e-5)
    first = chances[0] * np.concatenate([[1], np.cumprod(1 - chances[0])[:-1]])
    np.testing.assert_allclose(recursive[0], first, atol=1e-5)
    assert hard.shape == (2, 4)
    with pytest.raises(ValueError):
        module.monotonic_attention(chances, before, "soft")
    for name in ("BahdanauMonotonicAttention", "LuongMonotonicAttention"):
        mechanism = getattr(module, name)(UNITS, tf.constant(INPUTS), score_bias_init=-1.0, mode="parallel")
        start = mechanism.initial_state(BATCH, tf.float32)
        alignments, _ = mechanism(tf.zeros([BATCH, UNITS]), start)
        value, first_state = run([alignments, start])
        assert value.shape == (BATCH, STEPS) and first_state[:, 0].tolist() == [1.0] * BATCH


def test_hardmax_and_tiling(tf: Any, load: Any, run: Any) -> None:
    module = load("hardmax", "tile_batch", "safe_cumprod")
    assert run(module.hardmax([[1.0, 3.0, 2.0]])).tolist() == [[0, 1, 0]]
    tiled = module.tile_batch((tf.constant([1, 2]), tf.zeros([2, 3])), 2)
    assert [t.shape.as_list() for t in tiled] == [[4], [4, 3]]
    assert run(tiled[0]).tolist() == [1, 1, 2, 2]
    np.testing.assert_allclose(run(module.safe_cumprod([0.5, 0.5, 0.0])), [0.5, 0.25, 0.0], atol=1e-6)


def test_gather_tree_reads_beams_backwards(tf: Any, load: Any, run: Any) -> None:
    gather_tree = load("gather_tree").gather_tree
    ids = np.array([[[1, 2, 3]], [[4, 5, 6]], [[7, 8, 9]], [[-1, -1, -1]]], np.int32)
    parents = np.array([[[0, 0, 0]], [[0, 1, 1]], [[2, 1, 2]], [[-1, -1, -1]]], np.int32)
    assert run(gather_tree(ids, parents, [3], 10)).tolist() == [[[2, 2, 2]], [[6, 5, 6]], [[7, 8, 9]], [[10, 10, 10]]]


def test_beam_search_finds_the_best_sequences(tf: Any, load: Any, run: Any) -> None:
    module = load("BeamSearchDecoder", "dynamic_decode")
    words, end, steps, width = 4, 3, 3, 16
    table = RANDOM.normal(size=(words, words)).astype(np.float32)
    log = table - np.log(np.exp(table).sum(1, keepdims=True))
    cell = Echo.cell(tf, words)
    decoder = module.BeamSearchDecoder(
        cell, tf.constant(table), tf.constant([0, 1]), end, cell.zero_state(2 * width, tf.float32), width
    )
    outputs, state, _ = module.dynamic_decode(decoder, maximum_iterations=steps)
    beams, log_probs = run([outputs.predicted_ids, state.log_probs])
    assert beams.shape == (2, steps, width)
    for row, start in enumerate((0, 1)):
        scores: dict[tuple[int, ...], float] = {}
        for path in itertools.product(range(words), repeat=steps):
            if end in path and any(word != end for word in path[path.index(end) :]):
                continue
            total, word = 0.0, start
            for following in path:
                if word == end:
                    break
                total, word = total + log[word, following], following
            scores[path] = total
        best = sorted(scores.values(), reverse=True)[:4]
        np.testing.assert_allclose(log_probs[row, :4], best, rtol=1e-4)
        assert tuple(beams[row, :, 0]) == max(scores, key=lambda path: scores[path])


def test_beam_search_with_attention_history_and_penalties(tf: Any, load: Any, run: Any) -> None:
    module = load("BeamSearchDecoder", "AttentionWrapper", "LuongAttention", "tile_batch", "dynamic_decode")
    width = 2
    memory = module.tile_batch(tf.constant(INPUTS), width)
    wrapper = module.AttentionWrapper(
        tf.compat.v1.nn.rnn_cell.GRUCell(UNITS),
        module.LuongAttention(UNITS, memory),
        attention_layer_size=UNITS,
        alignment_history=True,
    )
    decoder = module.BeamSearchDecoder(
        wrapper,
        tf.constant(RANDOM.normal(size=(WORDS, UNITS)), tf.float32),
        tf.zeros([BATCH], tf.int32),
        1,
        wrapper.zero_state(BATCH * width, tf.float32),
        width,
        output_layer=tf.compat.v1.layers.Dense(WORDS),
        length_penalty_weight=0.8,
        coverage_penalty_weight=0.1,
    )
    outputs, state, _ = module.dynamic_decode(decoder, maximum_iterations=4)
    beams, history = run([outputs.predicted_ids, state.cell_state.alignment_history])
    assert beams.shape[0] == BATCH and beams.shape[2] == width
    assert history.shape[1:] == (BATCH * width, STEPS)
    np.testing.assert_allclose(history.sum(-1), np.ones(history.shape[:2]), atol=1e-4)
    with pytest.raises(ValueError):
        module.BeamSearchDecoder(wrapper, lambda ids: ids, tf.constant(0), 1, tf.zeros([2, 2]), width)


def test_sequence_loss(tf: Any, load: Any, run: Any) -> None:
    sequence_loss = load("sequence_loss").sequence_loss
    logits = RANDOM.normal(size=(2, 3, 4)).astype(np.float32)
    targets = RANDOM.randint(4, size=(2, 3))
    weights = np.array([[1, 1, 0], [1, 0, 0]], np.float32)
    log = logits - np.log(np.exp(logits).sum(-1, keepdims=True))
    losses = -np.take_along_axis(log, targets[..., None], -1)[..., 0] * weights
    args = [tf.constant(logits), tf.constant(targets), tf.constant(weights)]

    def value(**options: bool) -> Any:
        return run(sequence_loss(*args, **options))

    np.testing.assert_allclose(value(), losses.sum() / 3, rtol=1e-5)
    np.testing.assert_allclose(value(average_across_batch=False), losses.sum(1) / weights.sum(1), rtol=1e-5)
    only_batch = value(average_across_timesteps=False)
    np.testing.assert_allclose(only_batch, losses.sum(0) / np.array([2, 1, 1]), rtol=1e-5)
    none = {"average_across_timesteps": False, "average_across_batch": False}
    np.testing.assert_allclose(value(**none), losses, rtol=1e-5, atol=1e-6)
    summed = value(**none, sum_over_timesteps=True, sum_over_batch=True)
    np.testing.assert_allclose(summed, losses.sum() / 3, rtol=1e-5)
    with pytest.raises(ValueError):
        sequence_loss(args[1], args[1], args[2])
    with pytest.raises(ValueError):
        value(sum_over_batch=True)
