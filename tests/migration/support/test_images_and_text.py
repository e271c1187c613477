"""Image geometry, embeddings, vocabularies, and other small functions of contrib."""

from __future__ import annotations

import pathlib
from typing import Any

import pytest

np = pytest.importorskip("numpy", reason="comes with TensorFlow, which is not installed")
pytestmark = pytest.mark.tensorflow

IMAGE = np.arange(12, dtype=np.float32).reshape(3, 4)
RANDOM = np.random.RandomState(4)


def test_rotation_and_translation(tf: Any, load: Any, run: Any) -> None:
    module = load("rotate", "translate")
    square = np.arange(9, dtype=np.float32).reshape(3, 3)
    quarter, half, moved, batch = run(
        [
            module.rotate(tf.constant(square), np.pi / 2),
            module.rotate(tf.constant(IMAGE), np.pi, interpolation="bilinear"),
            module.translate(tf.constant(IMAGE), [1, -1]),
            module.rotate(tf.constant(np.stack([square, square])[..., None]), [0.0, np.pi / 2]),
        ]
    )
    np.testing.assert_array_equal(quarter, np.rot90(square))
    np.testing.assert_allclose(half, IMAGE[::-1, ::-1], atol=1e-4)
    np.testing.assert_array_equal(moved, [[0, 4, 5, 6], [0, 8, 9, 10], [0, 0, 0, 0]])
    np.testing.assert_array_equal(batch[0, ..., 0], square)
    np.testing.assert_array_equal(batch[1, ..., 0], np.rot90(square))


def test_transforms(tf: Any, load: Any, run: Any) -> None:
    module = load(
        "compose_transforms", "transform", "angles_to_projective_transforms", "translations_to_projective_transforms"
    )
    shift = module.translations_to_projective_transforms([2.0, 3.0])
    turn = module.angles_to_projective_transforms(0.3, 5.0, 7.0)
    composed, matrices, flat, sized = run(
        [
            module.compose_transforms(shift, turn),
            module.flat_transforms_to_matrices(turn),
            shift,
            module.transform(tf.constant(IMAGE), [1.0, 0, 0, 0, 1, 0, 0, 0], output_shape=[2, 2]),
        ]
    )
    np.testing.assert_allclose(flat, [[1, 0, -2, 0, 1, -3, 0, 0]])
    cos, sin = np.cos(0.3), np.sin(0.3)
    np.testing.assert_allclose(matrices[0][:2, :2], [[cos, -sin], [sin, cos]], rtol=1e-6)
    centre = np.array([3.0, 2.0, 1.0])
    np.testing.assert_allclose(matrices[0] @ centre, centre, rtol=1e-5)
    expected = np.array([[1, 0, -2], [0, 1, -3], [0, 0, 1]]) @ matrices[0]
    np.testing.assert_allclose(composed, expected.reshape(1, 9)[:, :8], rtol=1e-5)
    assert sized.tolist() == IMAGE[:2, :2].tolist()
    for call in (
        lambda: module.transform(tf.constant(IMAGE), tf.zeros([1, 1, 8])),
        lambda: module.transform(tf.zeros([3]), tf.zeros([8])),
        lambda: module.transform(tf.zeros([3, 3], tf.bool), tf.zeros([8])),
        lambda: module.angles_to_projective_transforms([[0.0]], 1, 1),
    ):
        with pytest.raises(TypeError):
            call()


def bilinear(image: Any, y: float, x: float) -> float:
    """The image at a point, zero outside."""
    total = 0.0
    for row in (int(np.floor(y)), int(np.floor(y)) + 1):
        for column in (int(np.floor(x)), int(np.floor(x)) + 1):
            if 0 <= row < image.shape[0] and 0 <= column < image.shape[1]:
                total += image[row, column] * (1 - abs(y - row)) * (1 - abs(x - column))
    return total


def test_dense_warp_and_resampler(tf: Any, load: Any, run: Any) -> None:
    module = load("dense_image_warp", "resampler")
    image = RANDOM.normal(size=(1, 4, 5, 2)).astype(np.float32)
    flow = RANDOM.uniform(-2, 2, size=(1, 4, 5, 2)).astype(np.float32)
    points = RANDOM.uniform(-1.5, 5.5, size=(1, 6, 2)).astype(np.float32)
    warped, sampled = run([module.dense_image_warp(image, flow), module.resampler(image, points)])
    for row in range(4):
        for column in range(5):
            y, x = np.clip(row - flow[0, row, column, 0], 0, 3), np.clip(column - flow[0, row, column, 1], 0, 4)
            np.testing.assert_allclose(warped[0, row, column, 1], bilinear(image[0, ..., 1], y, x), atol=1e-4)
    for index, (x, y) in enumerate(points[0]):
        np.testing.assert_allclose(sampled[0, index, 0], bilinear(image[0, ..., 0], y, x), atol=1e-4)
    data = tf.constant(image)
    (gradient,) = tf.gradients(module.resampler(data, tf.constant(points)), [data])
    assert run(gradient).shape == image.shape


def test_embeddings(tf: Any, load: Any) -> None:
    module = load("embed_sequence", "bow_encoder")
    ids = np.array([[1, 2, 1], [3, 0, 0]])
    embedded = module.embed_sequence(tf.constant(ids), 5, 2, unique=True)
    again = module.embed_sequence(tf.constant(ids), 5, 2, scope="EmbedSequence", reuse=True)
    bag = module.bow_encoder(tf.constant(ids), 5, 2)
    dense = module.bow_encoder(tf.constant(ids), 5, 2, sparse_lookup=False, scope="bow_encoder", reuse=True)
    variables = {v.op.name: v for v in tf.compat.v1.get_collection(tf.compat.v1.GraphKeys.MODEL_VARIABLES)}
    assert set(variables) == {"EmbedSequence/embeddings", "bow_encoder/embeddings"}
    with tf.compat.v1.Session() as session:
        session.run(tf.compat.v1.global_variables_initializer())
        unique, plain, mean, full, w = session.run([embedded, again, bag, dense, variables])
    np.testing.assert_allclose(unique, w["EmbedSequence/embeddings"][ids])
    np.testing.assert_allclose(plain, unique)
    table = w["bow_encoder/embeddings"]
    np.testing.assert_allclose(mean, [table[[1, 2, 1]].mean(0), table[3]], rtol=1e-5)
    np.testing.assert_allclose(full, table[ids].mean(1), rtol=1e-5)
    with pytest.raises(ValueError):
        module.embed_sequence(tf.constant(ids))


def test_vocabulary_processor(tf: Any, load: Any, tmp_path: pathlib.Path) -> None:
    module = load("VocabularyProcessor", "ByteProcessor")
    processor = module.VocabularyProcessor(4)
    rows = list(processor.fit_transform(["to be or not to be", "that is"]))
    assert [row.tolist() for row in rows] == [[1, 2, 3, 4], [5, 6, 0, 0]]
    assert [row.tolist() for row in processor.transform(["be that unseen"])] == [[2, 5, 0, 0]]
    assert list(processor.reverse(rows)) == ["to be or not", "that is <UNK> <UNK>"]
    assert len(processor.vocabulary_) == 7
    frequent = module.VocabularyProcessor(3, min_frequency=1)
    assert [row.tolist() for row in frequent.fit_transform(["b a b", "a c b"])] == [[1, 2, 1], [2, 0, 1]]
    assert list(module.tokenizer(["It's a well-known fact: HTTPServer, CamelCase."])) == [
        ["It's", "a", "well-known", "fact", "HTTP", "Server", "Camel", "Case"]
    ]
    rows = list(module.ByteProcessor(5).transform(["abc", "zażółć"]))
    assert rows[0].tolist() == [97, 98, 99, 0, 0] and len(rows[1]) == 5
    assert list(module.ByteProcessor(5).reverse(rows[:1])) == ["abc"]


def test_activations(tf: Any, load: Any, run: Any) -> None:
    module = load("alpha_dropout", "scaled_softplus", "sparsemax", "sparsemax_loss", "sparse_multiclass_hinge_loss")
    x = RANDOM.normal(size=(40000,)).astype(np.float32)
    dropped = run(module.alpha_dropout(tf.constant(x), 0.8, seed=1))
    assert abs(dropped.mean() - x.mean()) < 0.03 and abs(dropped.var() - x.var()) < 0.05
    with pytest.raises(ValueError):
        module.alpha_dropout(tf.constant(x), 0.0)
    soft = run(module.scaled_softplus(tf.constant([-1.0, 3.0]), 0.5, clip=2.0))
    np.testing.assert_allclose(soft, np.minimum(0.5 * np.log1p(np.exp(np.array([-2.0, 6.0]))), 2.0), rtol=1e-5)
    logits = np.array([[1.0, 0.8, -1.0], [3.0, 0.0, 0.0]], np.float32)
    chosen, loss = run(
        [
            module.sparsemax(tf.constant(logits)),
            module.sparsemax_loss(tf.constant(logits), module.sparsemax(tf.constant(logits)), tf.eye(3)[:2]),
        ]
    )
    np.testing.assert_allclose(chosen, [[0.6, 0.4, 0.0], [1.0, 0.0, 0.0]], atol=1e-6)
    tau = np.array([0.4, 2.0])
    support = chosen > 0
    squares = (np.where(support, logits**2 - tau[:, None] ** 2, 0)).sum(1) / 2
    np.testing.assert_allclose(loss, squares - logits[[0, 1], [0, 1]] + 0.5, atol=1e-5)
    hinge = run(module.sparse_multiclass_hinge_loss(tf.constant([1, 0]), tf.constant(logits)))
    np.testing.assert_allclose(hinge, np.mean([1 + 1.0 - 0.8, 0.0]), rtol=1e-5)


def test_predictor(tf: Any, load: Any, tmp_path: pathlib.Path) -> None:
    folder = str(tmp_path / "model")
    with tf.Graph().as_default(), tf.compat.v1.Session() as session:
        x = tf.compat.v1.placeholder(tf.float32, [None], name="x")
        y = x * tf.compat.v1.get_variable("w", initializer=3.0)
        session.run(tf.compat.v1.global_variables_initializer())
        tf.compat.v1.saved_model.simple_save(session, folder, {"x": x}, {"y": y})
    from_saved_model = load("from_saved_model").from_saved_model
    predictor = from_saved_model(folder)
    assert predictor({"x": [2.0]})["y"].tolist() == [6.0]
    assert from_saved_model(folder, input_names={"a": "x:0"}, output_names={"b": "x:0"})({"a": [1.0]})[
        "b"
    ].tolist() == [1]
    for options in ({"input_names": {"a": "x:0"}}, {"signature_def_key": "none"}):
        with pytest.raises(ValueError):
            from_saved_model(folder, **options)
    with pytest.raises(ValueError):
        predictor({"z": 1})


def test_walks(tf: Any, load: Any) -> None:
    module = load("get_forward_walk_ops")
    a = tf.constant(1.0, name="a")
    b = tf.identity(a, name="b")
    with tf.control_dependencies([tf.constant(0, name="free").op]):
        c = tf.identity(b, name="c")

    def names(ops: Any) -> list[str]:
        return [op.name for op in ops]

    assert names(module.get_backward_walk_ops(c)) == ["c", "b", "a"]
    assert names(module.get_backward_walk_ops([c.op], inclusive=False)) == ["b", "a"]
    assert names(module.get_backward_walk_ops(c, control_inputs=True)) == ["c", "b", "free", "a"]
    assert names(module.get_backward_walk_ops(c, stop_at_ts=[a])) == ["c", "b"]
    assert names(module.get_forward_walk_ops(a.op)) == ["a", "b", "c"]
    assert names(module.get_forward_walk_ops(a)) == ["b", "c"]
    assert names(module.get_forward_walk_ops(a.op, within_ops=[a.op, b.op])) == ["a", "b"]
