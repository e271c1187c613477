"""The list-of-steps sequence-to-sequence functions: variables, shapes, sharing, losses."""

from __future__ import annotations

from typing import Any

import pytest

np = pytest.importorskip("numpy", reason="comes with TensorFlow, which is not installed")
pytestmark = pytest.mark.tensorflow

UNITS, BATCH, WORDS = 4, 2, 5
RANDOM = np.random.RandomState(2)


@pytest.fixture(autouse=True)
def random_start(tf: Any) -> None:
    tf.compat.v1.get_variable_scope().set_initializer(tf.compat.v1.random_normal_initializer(seed=5))


def steps(tf: Any, count: int) -> list[Any]:
    return [tf.constant(RANDOM.normal(size=(BATCH, UNITS)), tf.float32) for _ in range(count)]


def symbols(tf: Any, count: int) -> list[Any]:
    return [tf.constant(RANDOM.randint(WORDS, size=BATCH), tf.int32) for _ in range(count)]


def gru(tf: Any) -> Any:
    return tf.compat.v1.nn.rnn_cell.GRUCell(UNITS)


def names(tf: Any) -> set[str]:
    return {v.op.name for v in tf.compat.v1.global_variables()}


def test_rnn_decoder_is_a_static_rnn(tf: Any, load: Any, run: Any) -> None:
    rnn_decoder = load("rnn_decoder").rnn_decoder
    inputs, cell = steps(tf, 3), gru(tf)
    outputs, state = rnn_decoder(inputs, cell.zero_state(BATCH, tf.float32), cell)
    with tf.compat.v1.variable_scope("rnn_decoder", reuse=True) as scope:
        expected, expected_state = tf.compat.v1.nn.static_rnn(cell, inputs, dtype=tf.float32, scope=scope)
    a, b, sa, sb = run([outputs, expected, state, expected_state])
    np.testing.assert_allclose(a, b, atol=1e-6)
    np.testing.assert_allclose(sa, sb, atol=1e-6)
    with tf.compat.v1.variable_scope("loop"):
        looped, _ = rnn_decoder(
            inputs, cell.zero_state(BATCH, tf.float32), gru(tf), loop_function=lambda last, step: last * step
        )
    assert len(run(looped)) == 3


def test_basic_and_tied(tf: Any, load: Any, run: Any) -> None:
    module = load("basic_rnn_seq2seq", "tied_rnn_seq2seq")
    basic, _ = module.basic_rnn_seq2seq(steps(tf, 3), steps(tf, 2), gru(tf))
    assert [value.shape for value in run(basic)] == [(BATCH, UNITS)] * 2
    assert "basic_rnn_seq2seq/rnn/gru_cell/gates/kernel" in names(tf)
    assert "basic_rnn_seq2seq/rnn_decoder/gru_cell/gates/kernel" in names(tf)
    before = len(names(tf))
    tied, _ = module.tied_rnn_seq2seq(steps(tf, 3), steps(tf, 2), gru(tf))
    assert len(run(tied)) == 2
    assert len(names(tf)) == before + 4, "encoder and decoder share the weights"


@pytest.mark.parametrize("name", ["embedding_rnn_seq2seq", "embedding_attention_seq2seq", "embedding_tied_rnn_seq2seq"])
def test_embedded_symbols_with_feeding_decided_in_the_session(tf: Any, load: Any, name: str) -> None:
    function = getattr(load(name), name)
    feed = tf.compat.v1.placeholder(tf.bool, [])
    sizes = [WORDS, WORDS, 3] if name != "embedding_tied_rnn_seq2seq" else [WORDS, 3]
    outputs, state = function(symbols(tf, 3), symbols(tf, 2), gru(tf), *sizes, feed_previous=feed)
    with tf.compat.v1.Session() as session:
        session.run(tf.compat.v1.global_variables_initializer())
        fed = session.run(outputs, {feed: True})
        given = session.run(outputs, {feed: False})
        assert session.run(state, {feed: False}).shape == (BATCH, UNITS)
    assert [value.shape for value in fed] == [(BATCH, WORDS)] * 2
    np.testing.assert_allclose(fed[0], given[0], atol=1e-6)


def test_names_of_an_attention_model(tf: Any, load: Any, run: Any) -> None:
    function = load("embedding_attention_seq2seq").embedding_attention_seq2seq
    outputs, _ = function(
        symbols(tf, 3), symbols(tf, 2), gru(tf), WORDS, WORDS, 3, num_heads=2, initial_state_attention=True
    )
    assert [value.shape for value in run(outputs)] == [(BATCH, WORDS)] * 2
    prefix = "embedding_attention_seq2seq/"
    decoder = prefix + "embedding_attention_decoder/"
    assert {
        prefix + "rnn/embedding_wrapper/embedding",
        decoder + "embedding",
        decoder + "attention_decoder/AttnW_1",
        decoder + "attention_decoder/AttnV_0",
        decoder + "attention_decoder/Attention_1/kernel",
        decoder + "attention_decoder/kernel",
        decoder + "attention_decoder/AttnOutputProjection/bias",
    } <= names(tf)


def test_attention_decoder_arithmetic(tf: Any, load: Any) -> None:
    attention_decoder = load("attention_decoder").attention_decoder
    memory = RANDOM.normal(size=(BATCH, 3, UNITS)).astype(np.float32)
    inputs, cell = steps(tf, 1), gru(tf)
    outputs, state = attention_decoder(inputs, tf.zeros([BATCH, UNITS]), tf.constant(memory), cell, output_size=2)
    variables = {v.op.name.partition("/")[2]: v for v in tf.compat.v1.global_variables()}
    with tf.compat.v1.Session() as session:
        session.run(tf.compat.v1.global_variables_initializer())
        output, s, w = session.run([outputs[0], state, variables])
    asked = s @ w["Attention_0/kernel"]
    scores = (w["AttnV_0"] * np.tanh(memory @ w["AttnW_0"][0, 0] + asked[:, None])).sum(-1)
    weights = np.exp(scores) / np.exp(scores).sum(1, keepdims=True)
    attended = (weights[..., None] * memory).sum(1)
    # The GRU's output is its state.
    expected = np.concatenate([s, attended], 1) @ w["AttnOutputProjection/kernel"]
    np.testing.assert_allclose(output, expected, atol=1e-5)
    with pytest.raises(ValueError):
        attention_decoder([], state, tf.constant(memory), cell)
    with pytest.raises(ValueError):
        attention_decoder(inputs, state, tf.constant(memory), cell, num_heads=0)


def test_one_to_many(tf: Any, load: Any, run: Any) -> None:
    function = load("one2many_rnn_seq2seq").one2many_rnn_seq2seq
    inputs = {"a": symbols(tf, 2), "b": symbols(tf, 1)}
    outputs, states = function(
        symbols(tf, 3), inputs, gru(tf), {"a": gru(tf), "b": gru(tf)}, WORDS, {"a": 5, "b": 6}, 3
    )
    values = run(outputs)
    assert values["a"][1].shape == (BATCH, 5) and values["b"][0].shape == (BATCH, 6) and set(states) == {"a", "b"}
    with pytest.raises(ValueError):
        function(symbols(tf, 3), inputs, gru(tf), {"a": gru(tf)}, WORDS, {"a": 5, "b": 6}, 3)


def test_losses_and_buckets(tf: Any, load: Any, run: Any) -> None:
    module = load("model_with_buckets", "embedding_rnn_seq2seq")
    logits = RANDOM.normal(size=(3, BATCH, WORDS)).astype(np.float32)
    targets = RANDOM.randint(WORDS, size=(3, BATCH))
    weights = np.array([[1, 1], [1, 1], [1, 0]], np.float32)
    log = logits - np.log(np.exp(logits).sum(-1, keepdims=True))
    losses = -np.take_along_axis(log, targets[..., None], -1)[..., 0] * weights
    args = [tf.unstack(tf.constant(each)) for each in (logits, targets, weights)]
    by_example, loss = run([module.sequence_loss_by_example(*args), module.legacy_sequence_loss(*args)])
    np.testing.assert_allclose(by_example, losses.sum(0) / weights.sum(0), rtol=1e-5)
    np.testing.assert_allclose(loss, by_example.sum() / BATCH, rtol=1e-5)
    with pytest.raises(ValueError):
        module.sequence_loss_by_example(args[0], args[1][:1], args[2])

    def model(encoder: list[Any], decoder: list[Any]) -> Any:
        return module.embedding_rnn_seq2seq(encoder, decoder, gru(tf), WORDS, WORDS, 3)

    outputs, bucket_losses = module.model_with_buckets(
        symbols(tf, 4), symbols(tf, 3), args[1], args[2], [(2, 1), (4, 3)], model
    )
    assert [len(each) for each in outputs] == [1, 3] and len(run(bucket_losses)) == 2
    with pytest.raises(ValueError):
        module.model_with_buckets(symbols(tf, 1), symbols(tf, 3), args[1], args[2], [(2, 1)], model)
