"""Recurrent cells that core never had: their arithmetic in NumPy, their variables' names."""

from __future__ import annotations

from typing import Any

import pytest

np = pytest.importorskip("numpy", reason="comes with TensorFlow, which is not installed")
pytestmark = pytest.mark.tensorflow

BATCH, WIDTH, UNITS = 2, 3, 4
RANDOM = np.random.RandomState(3)
X = RANDOM.normal(size=(BATCH, WIDTH)).astype(np.float32)
C = RANDOM.normal(size=(BATCH, UNITS)).astype(np.float32)
H = RANDOM.normal(size=(BATCH, UNITS)).astype(np.float32)


def sigmoid(values: Any) -> Any:
    return 1 / (1 + np.exp(-values))


@pytest.fixture
def values(tf: Any) -> Any:
    """Runs fetches and returns them with all variables by name."""

    def values(fetches: Any, feed: Any = None) -> tuple[Any, dict[str, Any]]:
        variables = {v.op.name: v for v in tf.compat.v1.global_variables()}
        with tf.compat.v1.Session() as session:
            session.run(tf.compat.v1.global_variables_initializer())
            return session.run((fetches, variables), feed)

    return values


@pytest.fixture(autouse=True)
def random_start(tf: Any) -> None:
    tf.compat.v1.get_variable_scope().set_initializer(tf.compat.v1.random_normal_initializer(seed=5))


def test_layer_norm_lstm(tf: Any, load: Any, values: Any) -> None:
    cell = load("LayerNormBasicLSTMCell").LayerNormBasicLSTMCell(UNITS, forget_bias=0.5)
    (new_h, (new_c, _)), w = values(cell(tf.constant(X), (tf.constant(C), tf.constant(H))))
    prefix = "layer_norm_basic_lstm_cell/"
    assert prefix + "kernel" in w and prefix + "transform/gamma" in w and prefix + "state/beta" in w

    def norm(value: Any) -> Any:
        return (value - value.mean(1, keepdims=True)) / value.std(1, keepdims=True)

    i, j, f, o = (norm(part) for part in np.split(np.concatenate([X, H], 1) @ w[prefix + "kernel"], 4, 1))
    c = norm(C * sigmoid(f + 0.5) + sigmoid(i) * np.tanh(j))
    np.testing.assert_allclose(new_c, c, atol=1e-4)
    np.testing.assert_allclose(new_h, np.tanh(c) * sigmoid(o), atol=1e-4)


@pytest.mark.parametrize(
    ("name", "prefix"), [("LSTMBlockCell", "lstm_cell/"), ("CudnnCompatibleLSTMCell", "cudnn_compatible_lstm_cell/")]
)
def test_block_lstm(tf: Any, load: Any, values: Any, name: str, prefix: str) -> None:
    cell = getattr(load(name), name)(UNITS)
    (new_h, (new_c, _)), w = values(cell(tf.constant(X), (tf.constant(C), tf.constant(H))))
    gates = np.concatenate([X, H], 1) @ w[prefix + "kernel"] + w[prefix + "bias"]
    i, j, f, o = np.split(gates, 4, 1)
    c = C * sigmoid(f + (1.0 if name == "LSTMBlockCell" else 0.0)) + sigmoid(i) * np.tanh(j)
    np.testing.assert_allclose(new_c, c, atol=1e-5)
    np.testing.assert_allclose(new_h, np.tanh(c) * sigmoid(o), atol=1e-5)


@pytest.mark.parametrize("name", ["GRUBlockCell", "GRUBlockCellV2"])
def test_block_gru(tf: Any, load: Any, values: Any, name: str) -> None:
    cell = getattr(load(name), name)(UNITS)
    (new_h, _), w = values(cell(tf.constant(X), tf.constant(H)))
    names = ("w_ru", "b_ru", "w_c", "b_c")
    if name == "GRUBlockCellV2":
        names = ("gates/kernel", "gates/bias", "candidate/kernel", "candidate/bias")
    w_ru, b_ru, w_c, b_c = (w["gru_cell/" + each] for each in names)
    r, u = np.split(sigmoid(np.concatenate([X, H], 1) @ w_ru + b_ru), 2, 1)
    candidate = np.tanh(np.concatenate([X, r * H], 1) @ w_c + b_c)
    np.testing.assert_allclose(new_h, u * H + (1 - u) * candidate, atol=1e-5)


def test_cudnn_gru(tf: Any, load: Any, values: Any) -> None:
    cell = load("CudnnCompatibleGRUCell").CudnnCompatibleGRUCell(UNITS)
    (new_h, _), w = values(cell(tf.constant(X), tf.constant(H)))
    prefix = "cudnn_compatible_gru_cell/"
    r, u = np.split(sigmoid(np.concatenate([X, H], 1) @ w[prefix + "gates/kernel"] + 1.0), 2, 1)
    projected = H @ w[prefix + "candidate/hidden_projection/kernel"]
    candidate = np.tanh(X @ w[prefix + "candidate/input_projection/kernel"] + r * projected)
    np.testing.assert_allclose(new_h, u * H + (1 - u) * candidate, atol=1e-5)


def test_ugrnn_and_nas(tf: Any, load: Any, values: Any) -> None:
    module = load("UGRNNCell", "NASCell")
    (ug, (nas, _)), w = values(
        (
            module.UGRNNCell(UNITS)(tf.constant(X), tf.constant(H))[0],
            module.NASCell(UNITS, use_bias=True)(tf.constant(X), (tf.constant(C), tf.constant(H))),
        )
    )
    g, c = np.split(np.concatenate([X, H], 1) @ w["ugrnn_cell/kernel"] + w["ugrnn_cell/bias"], 2, 1)
    np.testing.assert_allclose(ug, sigmoid(g + 1) * H + (1 - sigmoid(g + 1)) * np.tanh(c), atol=1e-5)
    assert w["nas_cell/recurrent_kernel"].shape == (UNITS, 8 * UNITS) and "nas_cell/bias" in w
    m = np.split(H @ w["nas_cell/recurrent_kernel"] + w["nas_cell/bias"], 8, 1)
    x = np.split(X @ w["nas_cell/kernel"], 8, 1)
    relu = lambda v: np.maximum(v, 0)  # noqa: E731
    one = np.tanh(np.tanh(sigmoid(x[0] + m[0]) * relu(x[1] + m[1])) + C)
    new_c = one * np.tanh(sigmoid(x[2] + m[2]) + relu(x[3] * m[3]))
    gate = np.tanh(np.tanh(x[4] + m[4]) * sigmoid(x[5] + m[5])) + sigmoid(np.tanh(x[6] + m[6]) + sigmoid(x[7] + m[7]))
    np.testing.assert_allclose(nas, np.tanh(new_c * np.tanh(gate)), atol=1e-5)


def test_wrappers(tf: Any, load: Any, values: Any) -> None:
    module = load("InputProjectionWrapper", "OutputProjectionWrapper", "EmbeddingWrapper", "HighwayWrapper")
    cells = tf.compat.v1.nn.rnn_cell

    def gru() -> Any:
        return cells.GRUCell(UNITS)

    with tf.compat.v1.variable_scope("a"):
        projected, _ = module.InputProjectionWrapper(gru(), 5)(tf.constant(X), tf.constant(H))
    with tf.compat.v1.variable_scope("b"):
        output, _ = module.OutputProjectionWrapper(gru(), 6)(tf.constant(X), tf.constant(H))
    with tf.compat.v1.variable_scope("c"):
        embedded, _ = module.EmbeddingWrapper(gru(), 10, 5)(tf.constant([[1], [2]]), tf.constant(H))
    with tf.compat.v1.variable_scope("d"):
        highway, _ = module.HighwayWrapper(gru())(tf.constant(H), tf.constant(H))
    results, w = values([projected, output, embedded, highway])
    assert [each.shape for each in results] == [(2, UNITS), (2, 6), (2, UNITS), (2, UNITS)]
    assert w["a/input_projection_wrapper/kernel"].shape == (WIDTH, 5)
    assert w["b/output_projection_wrapper/kernel"].shape == (UNITS, 6)
    assert w["c/embedding_wrapper/embedding"].shape == (10, 5)
    assert w["d/carry_w"].shape == (UNITS, UNITS) and w["d/carry_b"].tolist() == [1.0] * UNITS


def test_attention_over_past_outputs(tf: Any, load: Any, values: Any) -> None:
    wrapper = load("AttentionCellWrapper").AttentionCellWrapper
    cells = tf.compat.v1.nn.rnn_cell
    cell = wrapper(cells.BasicLSTMCell(UNITS), attn_length=3)
    assert cell.state_size == ((UNITS, UNITS), UNITS, 3 * UNITS)
    outputs, state = tf.compat.v1.nn.dynamic_rnn(
        cell, tf.constant(RANDOM.normal(size=(2, 5, 3)), tf.float32), dtype=tf.float32
    )
    (result, final), w = values((outputs, state))
    assert result.shape == (2, 5, UNITS)
    np.testing.assert_allclose(final[2].reshape(2, 3, UNITS), result[:, -3:], atol=1e-6)
    assert "rnn/attention_cell_wrapper/attention/attn_w" in w
    assert "rnn/attention_cell_wrapper/attn_output_projection/kernel" in w
    with pytest.raises(ValueError):
        wrapper(cells.BasicLSTMCell(UNITS), attn_length=0)
    with pytest.raises(ValueError):
        wrapper(cells.BasicLSTMCell(UNITS), attn_length=3, state_is_tuple=False)


def test_fused_cells_equal_a_loop_over_steps(tf: Any, load: Any, values: Any) -> None:
    module = load("LSTMBlockFusedCell", "LSTMBlockCell", "FusedRNNCellAdaptor", "TimeReversedFusedRNN")
    inputs = tf.constant(RANDOM.normal(size=(5, BATCH, WIDTH)), tf.float32)
    lengths = tf.constant([5, 2])
    with tf.compat.v1.variable_scope("net"):
        fused, fused_state = module.LSTMBlockFusedCell(UNITS, name="lstm")(
            inputs, dtype=tf.float32, sequence_length=lengths
        )
    with tf.compat.v1.variable_scope("net", reuse=True):
        step_cell = module.LSTMBlockCell(UNITS, name="lstm")
        looped, looped_state = tf.compat.v1.nn.dynamic_rnn(
            step_cell, inputs, lengths, dtype=tf.float32, time_major=True, scope=tf.compat.v1.get_variable_scope()
        )
    with tf.compat.v1.variable_scope("backwards"):
        adaptor = module.FusedRNNCellAdaptor(tf.compat.v1.nn.rnn_cell.GRUCell(UNITS), use_dynamic_rnn=True)
        reversed_outputs, _ = module.TimeReversedFusedRNN(adaptor)(inputs, dtype=tf.float32, sequence_length=lengths)
    (a, b, state_a, state_b, back), w = values((fused, looped, fused_state, looped_state, reversed_outputs))
    np.testing.assert_allclose(a, b, atol=1e-5)
    np.testing.assert_allclose(state_a.c, state_b.c, atol=1e-5)
    np.testing.assert_allclose(state_a.h, state_b.h, atol=1e-5)
    assert w["net/lstm/kernel"].shape == (WIDTH + UNITS, 4 * UNITS)
    assert back.shape == (5, BATCH, UNITS) and not back[2:, 1].any()


def test_stacked_bidirectional(tf: Any, load: Any, values: Any) -> None:
    module = load("stack_bidirectional_dynamic_rnn")
    cells = tf.compat.v1.nn.rnn_cell
    inputs = tf.constant(RANDOM.normal(size=(BATCH, 5, WIDTH)), tf.float32)

    def layers() -> list[Any]:
        return [cells.GRUCell(UNITS), cells.GRUCell(UNITS)]

    outputs, fw, bw = module.stack_bidirectional_dynamic_rnn(layers(), layers(), inputs, dtype=tf.float32)
    steps, _, _ = module.stack_bidirectional_rnn(
        layers(), layers(), tf.unstack(inputs, axis=1), dtype=tf.float32, scope="s"
    )
    (result, forward, backward, unrolled), w = values((outputs, fw, bw, steps))
    assert result.shape == (BATCH, 5, 2 * UNITS) and len(forward) == len(backward) == 2
    assert len(unrolled) == 5 and unrolled[0].shape == (BATCH, 2 * UNITS)
    np.testing.assert_allclose(result[:, -1, :UNITS], forward[1], atol=1e-6)
    assert "stack_bidirectional_rnn/cell_1/bidirectional_rnn/bw/gru_cell/gates/kernel" in w
    for call in (
        lambda: module.stack_bidirectional_dynamic_rnn([], [], inputs),
        lambda: module.stack_bidirectional_dynamic_rnn(layers(), layers()[:1], inputs),
        lambda: module.stack_bidirectional_dynamic_rnn(tuple(layers()), layers(), inputs),
        lambda: module.stack_bidirectional_rnn(layers(), layers(), inputs, initial_states_fw=[]),
    ):
        with pytest.raises(ValueError):
            call()


def test_linear(tf: Any, load: Any, values: Any) -> None:
    module = load("linear", "transpose_batch_time", "best_effort_input_batch_size")
    summed, w = values(module.linear([tf.constant(X), tf.constant(H)], 5, True))
    np.testing.assert_allclose(summed, np.concatenate([X, H], 1) @ w["kernel"], atol=1e-5)
    with pytest.raises(ValueError):
        module.linear([], 5, True)
    with pytest.raises(ValueError):
        module.linear(tf.zeros([2, 2, 2]), 5, True)
    turned = module.transpose_batch_time(tf.zeros([2, 3, 4]))
    assert turned.shape.as_list() == [3, 2, 4]
    assert module.best_effort_input_batch_size([tf.zeros([5, 7, 1])]) == 7
