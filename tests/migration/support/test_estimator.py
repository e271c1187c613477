"""The support module's Estimator does what tf.estimator's does; beside it where TensorFlow still has that."""

from __future__ import annotations

import os
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

np = pytest.importorskip("numpy", reason="comes with TensorFlow, which is not installed")
pytestmark = pytest.mark.tensorflow

NAMES = (
    *(
        "Estimator",
        "EstimatorModeKeys",
        "EstimatorSpec",
        "EstimatorRunConfig",
        "EstimatorTrainSpec",
        "EstimatorEvalSpec",
    ),
    *("estimator_train_and_evaluate", "numpy_input_fn", "pandas_input_fn", "PredictOutput", "ClassificationOutput"),
    *("RegressionOutput", "build_raw_serving_input_receiver_fn", "build_parsing_serving_input_receiver_fn"),
)
X = np.random.RandomState(0).rand(64, 3).astype(np.float32)
Y = (X.sum(1) > 1.5).astype(np.int32)


@pytest.fixture
def ours(load: Any) -> Any:
    module = load(*NAMES)
    return SimpleNamespace(
        Estimator=module.Estimator,
        ModeKeys=module.EstimatorModeKeys,
        EstimatorSpec=module.EstimatorSpec,
        RunConfig=module.EstimatorRunConfig,
        TrainSpec=module.EstimatorTrainSpec,
        EvalSpec=module.EstimatorEvalSpec,
        train_and_evaluate=module.estimator_train_and_evaluate,
        inputs=module,
        export=module,
    )


def model_fn_of(tf: Any, api: Any) -> Any:
    def model_fn(features: Any, labels: Any, mode: str, params: Any) -> Any:
        v1 = tf.compat.v1
        weights = v1.get_variable("w", [3, 2], initializer=v1.constant_initializer(0.1))
        logits = tf.matmul(features["x"], weights) + tf.constant([0.1, 0.0])
        if mode == api.ModeKeys.PREDICT:
            predictions = {"class": tf.argmax(logits, 1), "logits": logits}
            outputs = {"scores": api.export.PredictOutput({"logits": logits})}
            return api.EstimatorSpec(mode, predictions=predictions, export_outputs=outputs)
        loss = v1.losses.sparse_softmax_cross_entropy(labels, logits)
        accuracy = v1.metrics.accuracy(labels, tf.argmax(logits, 1))
        if mode == api.ModeKeys.EVAL:
            return api.EstimatorSpec(mode, loss=loss, eval_metric_ops={"accuracy": accuracy})
        optimizer = v1.train.AdamOptimizer(params["rate"])
        return api.EstimatorSpec(mode, loss=loss, train_op=optimizer.minimize(loss, v1.train.get_global_step()))

    return model_fn


def story(tf: Any, api: Any, folder: Path) -> dict[str, Any]:
    """Everything an Estimator does, as values."""

    def dataset(repeats: int | None) -> Any:
        return lambda: tf.data.Dataset.from_tensor_slices(({"x": X}, Y)).repeat(repeats).batch(16)

    config = api.RunConfig(save_checkpoints_steps=10, keep_checkpoint_max=2)
    estimator = api.Estimator(model_fn_of(tf, api), str(folder), config=config, params={"rate": 0.05})
    estimator.train(dataset(None), steps=25)
    after_25 = estimator.evaluate(dataset(1))
    part = estimator.evaluate(
        api.inputs.numpy_input_fn({"x": X}, Y, num_epochs=1, shuffle=False, batch_size=10), steps=3, name="part"
    )
    predicted = list(estimator.predict(api.inputs.numpy_input_fn({"x": X}, num_epochs=1, shuffle=False)))
    whole = list(estimator.predict(dataset(1), predict_keys=["class"], yield_single_examples=False))
    estimator.train(dataset(None), max_steps=30)
    estimator.train(dataset(None), max_steps=30)  # nothing left to do
    final, _ = api.train_and_evaluate(
        estimator,
        api.TrainSpec(dataset(None), max_steps=60),
        api.EvalSpec(dataset(1), steps=None, throttle_secs=0),
    )
    spec = {"x": tf.io.FixedLenFeature([3], tf.float32)}
    exported = estimator.export_saved_model(
        str(folder / "export"), api.export.build_parsing_serving_input_receiver_fn(spec)
    )
    with tf.Graph().as_default(), tf.compat.v1.Session() as session:
        graph = tf.compat.v1.saved_model.load(session, ["serve"], exported.decode())
        feature = tf.train.Feature(float_list=tf.train.FloatList(value=X[0]))
        example = tf.train.Example(features=tf.train.Features(feature={"x": feature})).SerializeToString()
        signature = graph.signature_def["scores"]
        served = session.run(signature.outputs["logits"].name, {signature.inputs["examples"].name: [example]})
        signatures = sorted(graph.signature_def)
    return {
        "after 25": after_25,
        "part": part,
        "predicted": predicted[3],
        "count": len(predicted),
        "whole": [sorted(batch) for batch in whole],
        "final": final,
        "weights": estimator.get_variable_value("w"),
        "names": estimator.get_variable_names(),
        "served": served,
        "signatures": signatures,
        "files": sorted(n for n in os.listdir(folder) if not n.startswith(("events", "export"))),
    }


def test_trains_evaluates_predicts_and_exports(tf: Any, ours: Any, tmp_path: Path) -> None:
    told = story(tf, ours, tmp_path / "ours")
    assert told["after 25"]["global_step"] == 25
    assert told["final"]["global_step"] == 60
    assert told["final"]["loss"] < told["after 25"]["loss"] < np.log(2)
    assert told["count"] == 64
    assert told["whole"] == [["class"]] * 4
    assert told["signatures"] == ["scores", "serving_default"]
    assert "model.ckpt-60.index" in told["files"] and "model.ckpt-30.index" not in told["files"]


def test_is_equal_to_tensorflow_s_own(tf: Any, ours: Any, tmp_path: Path) -> None:
    """2.15 is the last version that has both."""
    theirs = getattr(tf.compat.v1, "estimator", None)
    if theirs is None:
        pytest.skip("this TensorFlow has no Estimators")
    own, other = story(tf, ours, tmp_path / "ours"), story(tf, theirs, tmp_path / "theirs")
    assert own.keys() == other.keys()
    for key in own:
        np.testing.assert_equal(own[key], other[key], err_msg=key)


def test_raw_serving_input(tf: Any, ours: Any, tmp_path: Path) -> None:
    receiver = ours.export.build_raw_serving_input_receiver_fn({"x": tf.zeros([1, 3])})()
    assert receiver.features["x"].shape.as_list() == [None, 3]
    assert receiver.receiver_tensors == receiver.features


@pytest.mark.parametrize(
    ("changes", "message"),
    [({"loss": None}, "loss"), ({"train_op": None}, "train_op"), ({"loss": [1.0, 2.0]}, "scalar")],
)
def test_a_spec_is_checked(tf: Any, ours: Any, changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        ours.EstimatorSpec(ours.ModeKeys.TRAIN, **{"loss": 1.0, "train_op": tf.no_op(), **changes})


def test_clusters_and_strategies_are_refused(ours: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(NotImplementedError):
        ours.RunConfig(train_distribute=object())
    monkeypatch.setenv("TF_CONFIG", '{"cluster": {"worker": ["a:1"]}}')
    with pytest.raises(NotImplementedError):
        ours.RunConfig()


def test_run_config_replaces(ours: Any) -> None:
    config = ours.RunConfig().replace(save_checkpoints_steps=7)
    assert (config.save_checkpoints_steps, config.save_checkpoints_secs) == (7, None)
    with pytest.raises(ValueError, match="nonsense"):
        config.replace(nonsense=1)


def test_input_functions_check_what_they_get(ours: Any) -> None:
    with pytest.raises(ValueError, match="shuffle"):
        ours.inputs.numpy_input_fn(X)
    with pytest.raises(ValueError, match="mismatched"):
        ours.inputs.numpy_input_fn({"x": X}, Y[:3], shuffle=False)


def tpu_story(tf: Any, tpu: Any, folder: Path) -> dict[str, Any]:
    """A TPUEstimator without TPUs."""
    seen: list[Any] = []

    def model_fn(features: Any, labels: Any, mode: str, params: Any) -> Any:
        v1 = tf.compat.v1
        seen.append((mode, params.get("batch_size"), params["use_tpu"]))
        weights = v1.get_variable("w", [3, 2], initializer=v1.constant_initializer(0.1))
        logits = tf.matmul(features["x"], weights) + tf.constant([0.1, 0.0])
        if mode == "infer":
            return tpu.TPUEstimatorSpec(mode=mode, predictions={"logits": logits})
        loss = v1.losses.sparse_softmax_cross_entropy(labels, logits)
        if mode == "eval":
            metrics = (lambda y, z: {"accuracy": v1.metrics.accuracy(y, tf.argmax(z, 1))}, [labels, logits])
            return tpu.TPUEstimatorSpec(mode=mode, loss=loss, eval_metrics=metrics)
        step = v1.train.get_global_step()
        train_op = v1.train.GradientDescentOptimizer(params["rate"]).minimize(loss, step)
        return tpu.TPUEstimatorSpec(mode=mode, loss=loss, train_op=train_op, scaffold_fn=v1.train.Scaffold)

    def input_fn(params: Any) -> Any:
        return tf.data.Dataset.from_tensor_slices(({"x": X}, Y)).repeat().batch(params["batch_size"])

    way = tpu.InputPipelineConfig.PER_HOST_V2
    config = tpu.RunConfig(
        model_dir=str(folder),
        save_checkpoints_steps=5,
        tpu_config=tpu.TPUConfig(iterations_per_loop=5, num_shards=8, per_host_input_for_training=way),
    )
    estimator = tpu.TPUEstimator(
        model_fn,
        use_tpu=False,
        config=config,
        params={"rate": 0.5},
        train_batch_size=16,
        eval_batch_size=8,
        predict_batch_size=4,
    )
    estimator.train(input_fn, max_steps=12)
    metrics = estimator.evaluate(input_fn, steps=4)
    predicted = next(estimator.predict(input_fn))
    return {"metrics": metrics, "predicted": predicted, "weights": estimator.get_variable_value("w"), "seen": seen}


@pytest.fixture
def our_tpu(load: Any) -> Any:
    module = load("TPUEstimator", "TPUEstimatorSpec", "TPURunConfig", "TPUConfig", "InputPipelineConfig")
    module.RunConfig = module.TPURunConfig
    return module


def test_tpu_estimator_without_tpus(tf: Any, our_tpu: Any, tmp_path: Path) -> None:
    told = tpu_story(tf, our_tpu, tmp_path / "ours")
    assert told["metrics"]["global_step"] == 12
    assert [entry[:2] for entry in told["seen"]] == [("train", 16), ("eval", 8), ("infer", 4)]
    with pytest.raises(NotImplementedError):
        our_tpu.TPUEstimator(lambda features: None)


def test_tpu_estimator_is_equal_to_tensorflow_s_own(tf: Any, our_tpu: Any, tmp_path: Path) -> None:
    theirs = getattr(getattr(tf.compat.v1, "estimator", None), "tpu", None)
    if theirs is None:
        pytest.skip("this TensorFlow has no Estimators")
    own, other = tpu_story(tf, our_tpu, tmp_path / "ours"), tpu_story(tf, theirs, tmp_path / "theirs")
    for key in ("metrics", "predicted", "weights", "seen"):
        np.testing.assert_equal(own[key], other[key], err_msg=key)
