"""Optimizers of contrib.opt: two steps in NumPy, dense and sparse, on both kinds of variables."""

from __future__ import annotations

import pathlib
from collections.abc import Callable
from typing import Any

import pytest

np = pytest.importorskip("numpy", reason="comes with TensorFlow, which is not installed")
pytestmark = pytest.mark.tensorflow

START = np.array([[1.0, 2.0], [3.0, -4.0], [0.5, 0.25]], np.float32)
GRADS = [
    np.array([[0.5, -1.0], [2.0, 1.0], [0.0, 0.0]], np.float32),
    np.array([[1.0, 1.0], [-3.0, 0.5], [0.0, 0.0]], np.float32),
]
ROWS = [0, 1]  # the third row has no gradient: a sparse gradient leaves it out


@pytest.fixture(params=[False, True], ids=["reference", "resource"])
def resource(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


@pytest.fixture
def train(tf: Any, resource: bool) -> Callable[..., Any]:
    """Applies the two gradients and returns the variable."""

    def train(optimizer: Any, sparse: bool = False, **options: Any) -> Any:
        var = tf.compat.v1.Variable(START, use_resource=resource)
        grad: Any = tf.compat.v1.placeholder(tf.float32, [3, 2])
        given = tf.IndexedSlices(tf.gather(grad, ROWS), tf.constant(ROWS), tf.constant([3, 2])) if sparse else grad
        step = optimizer.apply_gradients([(given, var)], **options)
        with tf.compat.v1.Session() as session:
            session.run(tf.compat.v1.global_variables_initializer())
            for value in GRADS:
                session.run(step, {grad: value})
            return session.run(var)

    return train


def adam(update: Callable[..., Any], rate: float = 0.1) -> Any:
    """Two steps of an optimizer of Adam's family; ``update(g, m, v, t)`` gives (m, v, step / rate)."""
    x, m, v = START.astype(np.float64), np.zeros((3, 2)), np.zeros((3, 2))
    for t, g in enumerate(GRADS, 1):
        m, v, step = update(g.astype(np.float64), m, v, t)
        x = x - rate * step
    return x


def nadam(g: Any, m: Any, v: Any, t: int) -> Any:
    m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g**2
    correction = np.sqrt(1 - 0.999**t) / (1 - 0.9**t)
    return m, v, correction * (0.9 * m + 0.1 * g) / (np.sqrt(v) + 1e-8)


def adamax(g: Any, m: Any, v: Any, t: int) -> Any:
    m, v = 0.9 * m + 0.1 * g, np.maximum(0.999 * v, np.abs(g))
    return m, v, m / (v + 1e-8) / (1 - 0.9**t)


def plain(g: Any, m: Any, v: Any, t: int) -> Any:
    m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g**2
    return m, v, np.sqrt(1 - 0.999**t) / (1 - 0.9**t) * m / (np.sqrt(v) + 1e-8)


@pytest.mark.parametrize("sparse", [False, True])
@pytest.mark.parametrize(
    ("name", "update"), [("NadamOptimizer", nadam), ("AdaMaxOptimizer", adamax), ("LazyAdamOptimizer", plain)]
)
def test_family_of_adam(load: Any, train: Any, name: str, update: Any, sparse: bool) -> None:
    optimizer = getattr(load(name), name)(0.1)
    np.testing.assert_allclose(train(optimizer, sparse), adam(update), rtol=1e-4)


def test_lazy_adam_leaves_other_rows_alone(tf: Any, load: Any, resource: bool) -> None:
    var = tf.compat.v1.Variable(START, use_resource=resource)
    optimizer = load("LazyAdamOptimizer").LazyAdamOptimizer(0.1)
    rows = tf.compat.v1.placeholder(tf.int32, [1])
    step = optimizer.apply_gradients([(tf.IndexedSlices(tf.ones([1, 2]), rows, tf.constant([3, 2])), var)])
    with tf.compat.v1.Session() as session:
        session.run(tf.compat.v1.global_variables_initializer())
        session.run(step, {rows: [0]})
        before = session.run(var)
        session.run(step, {rows: [1]})
        after = session.run(var)
    assert after[0].tolist() == before[0].tolist(), "Adam itself would go on moving the first row"
    assert after[1, 0] != before[1, 0]


@pytest.mark.parametrize("sparse", [False, True])
def test_weight_decay_is_decoupled(tf: Any, load: Any, train: Any, sparse: bool) -> None:
    module = load("MomentumWOptimizer", "AdamWOptimizer", "extend_with_decoupled_weight_decay")
    x, slot = START.astype(np.float64), np.zeros((3, 2))
    rows = ROWS if sparse else [0, 1, 2]
    for g in GRADS:
        x[rows] -= 0.01 * x[rows]
        slot = 0.9 * slot + g
        x = x - 0.1 * slot
    np.testing.assert_allclose(train(module.MomentumWOptimizer(0.01, 0.1, 0.9), sparse), x, rtol=1e-5)
    extended = module.extend_with_decoupled_weight_decay(tf.compat.v1.train.MomentumOptimizer)
    np.testing.assert_allclose(train(extended(0.01, learning_rate=0.1, momentum=0.9), sparse), x, rtol=1e-5)
    assert train(module.AdamWOptimizer(0.01, 0.1), sparse).shape == (3, 2)


def test_only_listed_variables_decay(tf: Any, load: Any) -> None:
    a, b = (tf.compat.v1.Variable(2.0, name=name) for name in "ab")
    optimizer = load("AdamWOptimizer").AdamWOptimizer(0.5, learning_rate=0.0)
    steps = [optimizer.minimize(a + b, decay_var_list=[a]), optimizer.minimize(a + b)]
    with tf.compat.v1.Session() as session:
        session.run(tf.compat.v1.global_variables_initializer())
        session.run(steps[0])
        assert session.run([a, b]) == [1.0, 2.0]
        session.run(steps[1])
        assert session.run([a, b]) == [0.5, 1.0]


@pytest.mark.parametrize("sparse", [False, True])
def test_sign_optimizers(tf: Any, load: Any, train: Any, sparse: bool) -> None:
    module = load("AddSignOptimizer", "PowerSignOptimizer")
    added, powered, m = START.astype(np.float64), START.astype(np.float64), np.zeros((3, 2))
    for g in GRADS:
        m = 0.9 * m + 0.1 * g
        agreement = np.sign(g) * np.sign(m)
        added = added - 0.1 * (1 + agreement) * g
        powered = powered - 0.1 * np.exp(agreement) * g
    np.testing.assert_allclose(train(module.AddSignOptimizer(0.1), sparse), added, rtol=1e-5)
    np.testing.assert_allclose(train(module.PowerSignOptimizer(0.1), sparse), powered, rtol=1e-5)
    decayed = module.AddSignOptimizer(0.1, sign_decay_fn=lambda step: 0.0 * tf.cast(step, tf.float32))
    step = tf.compat.v1.train.get_or_create_global_step()
    without = START - 0.1 * (GRADS[0] + GRADS[1])
    np.testing.assert_allclose(train(decayed, sparse, global_step=step), without, rtol=1e-5)


def test_lars(load: Any, train: Any) -> None:
    optimizer = load("LARSOptimizer").LARSOptimizer
    x, slot = START.astype(np.float64), np.zeros((3, 2))
    for g in GRADS:
        weights, slope = np.linalg.norm(x), np.linalg.norm(g)
        trust = 0.001 * weights / (slope + 1e-4 * weights)
        slot = 0.9 * slot + 2.0 * trust * (g + 1e-4 * x)
        x = x - slot
    np.testing.assert_allclose(train(optimizer(2.0)), x, rtol=1e-5)
    momentum = START - 0.1 * (GRADS[0] + (0.9 * GRADS[0] + GRADS[1]))
    np.testing.assert_allclose(train(optimizer(0.1, skip_list=["Variable"])), momentum, rtol=1e-5)
    np.testing.assert_allclose(train(optimizer(0.1), sparse=True), momentum, rtol=1e-5)
    with pytest.raises(ValueError):
        optimizer(0.1, momentum=-1)


@pytest.mark.parametrize("sparse", [False, True])
def test_variables_are_clipped(tf: Any, load: Any, resource: bool, sparse: bool) -> None:
    var = tf.compat.v1.Variable(START, use_resource=resource)
    optimizer = load("VariableClippingOptimizer").VariableClippingOptimizer(
        tf.compat.v1.train.GradientDescentOptimizer(0.0), {var: [1]}, 1.0
    )
    grad: Any = tf.zeros([3, 2])
    if sparse:
        grad = tf.IndexedSlices(tf.zeros([2, 2]), tf.constant(ROWS), tf.constant([3, 2]))
    step = optimizer.apply_gradients([(grad, var)])
    with tf.compat.v1.Session() as session:
        session.run(tf.compat.v1.global_variables_initializer())
        session.run(step)
        norms = np.linalg.norm(session.run(var), axis=1)
    np.testing.assert_allclose(norms, [1.0, 1.0, np.linalg.norm(START[2])], rtol=1e-5)


def test_moving_averages_and_their_saver(tf: Any, load: Any, tmp_path: pathlib.Path) -> None:
    var = tf.compat.v1.Variable(1.0, name="x")
    optimizer = load("MovingAverageOptimizer").MovingAverageOptimizer(
        tf.compat.v1.train.GradientDescentOptimizer(1.0), average_decay=0.5
    )
    with pytest.raises(RuntimeError):
        optimizer.swapping_saver()
    step = optimizer.minimize(var)
    saver = optimizer.swapping_saver()
    with tf.compat.v1.Session() as session:
        session.run(tf.compat.v1.global_variables_initializer())
        session.run(step)
        assert session.run(var) == 0.0
        path = saver.save(session, str(tmp_path / "model"))
    assert tf.train.load_variable(path, "x") == 0.5
    assert tf.train.load_variable(path, "x/ExponentialMovingAverage") == 0.0


def test_clipping_by_global_norm(tf: Any, load: Any, run: Any) -> None:
    clip = load("clip_gradients_by_global_norm").clip_gradients_by_global_norm
    variables = [tf.compat.v1.Variable(0.0) for _ in range(3)]
    pairs, norm = clip(
        [(tf.constant(3.0), variables[0]), (tf.constant(4.0), variables[1]), (tf.constant(0.0), variables[2])], 1.0
    )
    values, size = run([[grad for grad, _ in pairs], norm])
    np.testing.assert_allclose(values, [0.6, 0.8, 0.0], rtol=1e-6)
    assert size == 5.0 and [var for _, var in pairs] == variables


def test_scipy_minimizes_with_bounds_and_constraints(tf: Any, load: Any) -> None:
    interface = load("ScipyOptimizerInterface").ScipyOptimizerInterface
    x = tf.compat.v1.get_variable("x", initializer=[7.0, 7.0])
    y = tf.compat.v1.get_variable("y", initializer=7.0)
    loss = tf.reduce_sum(tf.square(x)) + tf.square(y - 1.0)
    seen: list[float] = []
    free = interface(loss, options={"maxiter": 100})
    bounded = interface(loss, var_to_bounds={x: ([1.0, -9.0], 9.0)})
    constrained = interface(loss, equalities=[x[0] - 2.0], inequalities=[x[1] - 1.0], method="SLSQP")
    with tf.compat.v1.Session() as session:
        for minimizer, expected in ((free, [0, 0, 1]), (bounded, [1, 0, 1]), (constrained, [2, 1, 1])):
            session.run(tf.compat.v1.global_variables_initializer())
            minimizer.minimize(session, fetches=[loss], loss_callback=seen.append)
            np.testing.assert_allclose([*session.run(x), session.run(y)], expected, atol=1e-3)
    assert seen[0] == 7.0**2 * 2 + 36
    with pytest.raises(ValueError, match="var_to_bounds"), tf.compat.v1.Session() as session:
        session.run(tf.compat.v1.global_variables_initializer())
        interface(loss, bounds=[]).minimize(session)
