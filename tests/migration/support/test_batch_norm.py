"""``batch_norm`` computes, names and collects as tf.contrib.slim's did."""

from __future__ import annotations

from typing import Any

import pytest

np = pytest.importorskip("numpy", reason="comes with TensorFlow, which is not installed")
pytestmark = pytest.mark.tensorflow

IMAGES = np.random.RandomState(0).normal(3.0, 2.0, (6, 4, 5, 3)).astype(np.float32)


def normalized(values: Any, axes: tuple[int, ...], epsilon: float = 0.001) -> Any:
    mean = values.mean(axes, keepdims=True)
    return (values - mean) / np.sqrt(values.var(axes, keepdims=True) + epsilon)


@pytest.mark.parametrize("fused", [None, True, False])
def test_training_normalizes_by_the_batch_and_collects_updates(
    tf: Any, load: Any, run: Any, fused: bool | None
) -> None:
    batch_norm = load("batch_norm").batch_norm
    inputs = tf.compat.v1.placeholder(tf.float32, [None, 4, 5, 3])
    outputs = batch_norm(inputs, decay=0.9, fused=fused)
    updates = tf.compat.v1.get_collection(tf.compat.v1.GraphKeys.UPDATE_OPS)
    assert len(updates) == 2
    values, (mean, variance) = run([outputs, updates], {inputs: IMAGES})
    np.testing.assert_allclose(values, normalized(IMAGES, (0, 1, 2)), atol=1e-4)
    count = IMAGES[..., 0].size
    unbiased = count / (count - 1) if fused is not False else 1.0  # the fused kernel reports the sample variance
    np.testing.assert_allclose(mean, 0.1 * IMAGES.mean((0, 1, 2)), atol=1e-5)
    np.testing.assert_allclose(variance, 0.9 + 0.1 * unbiased * IMAGES.var((0, 1, 2)), atol=1e-4)


def test_names_and_collections_are_those_of_old_checkpoints(tf: Any, load: Any) -> None:
    batch_norm = load("batch_norm").batch_norm
    inputs = tf.compat.v1.placeholder(tf.float32, [None, 4, 5, 3])
    batch_norm(
        inputs,
        scale=True,
        scope="BatchNorm",
        variables_collections={"beta": ["betas"]},
        outputs_collections="outputs",
        param_regularizers={"gamma": lambda weights: tf.reduce_sum(weights)},
    )
    assert [v.op.name for v in tf.compat.v1.global_variables()] == [
        "BatchNorm/gamma",
        "BatchNorm/beta",
        "BatchNorm/moving_mean",
        "BatchNorm/moving_variance",
    ]
    assert [v.op.name for v in tf.compat.v1.trainable_variables()] == ["BatchNorm/gamma", "BatchNorm/beta"]
    assert len(tf.compat.v1.get_collection(tf.compat.v1.GraphKeys.MODEL_VARIABLES)) == 4
    assert [v.op.name for v in tf.compat.v1.get_collection("betas")] == ["BatchNorm/beta"]
    assert len(tf.compat.v1.losses.get_regularization_losses()) == 1
    assert len(tf.compat.v1.get_collection("outputs")) == 1


@pytest.mark.parametrize("fused", [True, False])
def test_inference_uses_the_moving_statistics_and_updates_nothing(tf: Any, load: Any, run: Any, fused: bool) -> None:
    outputs = load("batch_norm").batch_norm(
        tf.constant(IMAGES),
        is_training=False,
        scale=True,
        fused=fused,
        param_initializers={
            "moving_mean": tf.compat.v1.constant_initializer(2.0),
            "moving_variance": tf.compat.v1.constant_initializer(4.0),
            "beta": tf.compat.v1.constant_initializer(1.0),
            "gamma": tf.compat.v1.constant_initializer(3.0),
        },
    )
    assert tf.compat.v1.get_collection(tf.compat.v1.GraphKeys.UPDATE_OPS) == []
    np.testing.assert_allclose(run(outputs), (IMAGES - 2.0) / np.sqrt(4.001) * 3.0 + 1.0, atol=1e-4)


@pytest.mark.parametrize("fused", [True, False])
def test_a_placeholder_decides_between_training_and_inference(tf: Any, load: Any, fused: bool) -> None:
    training = tf.compat.v1.placeholder(tf.bool, [])
    outputs = load("batch_norm").batch_norm(tf.constant(IMAGES), decay=0.5, is_training=training, fused=fused)
    updates = tf.compat.v1.get_collection(tf.compat.v1.GraphKeys.UPDATE_OPS)
    moving_mean = next(v for v in tf.compat.v1.global_variables() if v.op.name.endswith("moving_mean"))
    with tf.compat.v1.Session() as session:
        session.run(tf.compat.v1.global_variables_initializer())
        inferred, _ = session.run([outputs, updates], {training: False})
        np.testing.assert_allclose(inferred, IMAGES / np.sqrt(1.001), atol=1e-4)
        np.testing.assert_array_equal(session.run(moving_mean), np.zeros(3))
        trained, _ = session.run([outputs, updates], {training: True})
        np.testing.assert_allclose(trained, normalized(IMAGES, (0, 1, 2)), atol=1e-4)
        np.testing.assert_allclose(session.run(moving_mean), 0.5 * IMAGES.mean((0, 1, 2)), atol=1e-4)


def test_updates_in_place_where_no_collection_is_given(tf: Any, load: Any, run: Any) -> None:
    outputs = load("batch_norm").batch_norm(tf.constant(IMAGES), decay=0.5, updates_collections=None)
    assert tf.compat.v1.get_collection(tf.compat.v1.GraphKeys.UPDATE_OPS) == []
    np.testing.assert_allclose(run(outputs), normalized(IMAGES, (0, 1, 2)), atol=1e-4)


def test_rank_two_weights_and_zero_debias(tf: Any, load: Any, run: Any) -> None:
    batch_norm = load("batch_norm").batch_norm
    rows = IMAGES.reshape(-1, 3)
    plain = batch_norm(tf.constant(rows), scope="plain")
    debiased = batch_norm(tf.constant(IMAGES), zero_debias_moving_mean=True, scope="debiased")
    weighted = batch_norm(tf.constant(IMAGES), batch_weights=tf.constant([1.0, 1, 1, 0, 0, 0]), scope="weighted")
    first, second, third = run([plain, debiased, weighted])
    np.testing.assert_allclose(first, normalized(rows, (0,)), atol=1e-4)
    np.testing.assert_allclose(second, normalized(IMAGES, (0, 1, 2)), atol=1e-4)
    np.testing.assert_allclose(third[:3], normalized(IMAGES[:3], (0, 1, 2)), atol=1e-4)


def test_channels_first_and_other_ranks(tf: Any, load: Any, run: Any) -> None:
    batch_norm = load("batch_norm").batch_norm
    channels_first = IMAGES.transpose(0, 3, 1, 2)
    turned = batch_norm(tf.constant(channels_first), data_format="NCHW", fused=False, scope="turned")
    sequences = IMAGES.reshape(6, 20, 3)
    third = batch_norm(tf.constant(sequences), scope="rank3", activation_fn=tf.nn.relu)
    first, second = run([turned, third])
    np.testing.assert_allclose(first, normalized(channels_first, (0, 2, 3)), atol=1e-4)
    np.testing.assert_allclose(second, np.maximum(normalized(sequences, (0, 1)), 0), atol=1e-4)


def test_reuse_shares_the_variables(tf: Any, load: Any) -> None:
    batch_norm = load("batch_norm").batch_norm
    batch_norm(tf.constant(IMAGES), scope="bn")
    batch_norm(tf.constant(IMAGES), scope="bn", reuse=True)
    assert len(tf.compat.v1.global_variables()) == 3
    with pytest.raises(ValueError):
        batch_norm(tf.constant(IMAGES), scope="bn")


def test_it_serves_as_normalizer_under_arg_scope(tf: Any, load: Any, run: Any) -> None:
    import tf_slim

    batch_norm = load("batch_norm").batch_norm
    with (
        tf_slim.arg_scope([batch_norm], scale=True, epsilon=0.1),
        tf_slim.arg_scope([tf_slim.conv2d], normalizer_fn=batch_norm),
    ):
        outputs = tf_slim.conv2d(tf.constant(IMAGES), 7, [3, 3], activation_fn=None, scope="conv")
    assert sorted(v.op.name for v in tf.compat.v1.trainable_variables()) == [
        "conv/BatchNorm/beta",
        "conv/BatchNorm/gamma",
        "conv/weights",
    ]
    values = run(outputs)
    np.testing.assert_allclose(values.mean((0, 1, 2)), np.zeros(7), atol=1e-4)


def test_half_precision_keeps_single_precision_parameters(tf: Any, load: Any) -> None:
    outputs = load("batch_norm").batch_norm(tf.cast(IMAGES, tf.float16))
    assert outputs.dtype == tf.float16
    assert {v.dtype.base_dtype for v in tf.compat.v1.global_variables()} == {tf.float32}


def test_gradients_reach_the_inputs(tf: Any, load: Any, run: Any) -> None:
    inputs = tf.constant(IMAGES)
    outputs = load("batch_norm").batch_norm(inputs, scale=True)
    (gradient,) = tf.gradients(tf.reduce_sum(outputs**3), [inputs])
    assert np.abs(run(gradient)).max() > 1e-3


def test_errors(tf: Any, load: Any) -> None:
    batch_norm = load("batch_norm").batch_norm
    with pytest.raises(ValueError, match="data_format"):
        batch_norm(tf.constant(IMAGES), data_format="CHWN")
    with pytest.raises(ValueError, match="rank"):
        batch_norm(tf.compat.v1.placeholder(tf.float32))
    with pytest.raises(ValueError, match="channels"):
        batch_norm(tf.compat.v1.placeholder(tf.float32, [None, 4, 4, None]))
