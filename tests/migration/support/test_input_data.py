"""``input_data.read_data_sets`` deals MNIST out as tensorflow.examples.tutorials.mnist did."""

from __future__ import annotations

import gzip
import pathlib
import struct
from typing import Any

import pytest

np = pytest.importorskip("numpy", reason="comes with TensorFlow, which is not installed")
pytestmark = pytest.mark.tensorflow

TRAIN = np.arange(12 * 28 * 28, dtype=np.uint32).reshape(12, 28, 28).astype(np.uint8)
TEST = TRAIN[:4] + 1
TRAIN_LABELS = np.arange(12, dtype=np.uint8) % 10


@pytest.fixture
def folder(tmp_path: pathlib.Path) -> str:
    """Four files in MNIST's own format."""

    def write(name: str, magic: int, values: Any) -> None:
        head = struct.pack(f">{1 + values.ndim}i", magic, *values.shape)
        (tmp_path / name).write_bytes(gzip.compress(head + values.tobytes()))

    write("train-images-idx3-ubyte.gz", 2051, TRAIN)
    write("train-labels-idx1-ubyte.gz", 2049, TRAIN_LABELS)
    write("t10k-images-idx3-ubyte.gz", 2051, TEST)
    write("t10k-labels-idx1-ubyte.gz", 2049, TRAIN_LABELS[:4])
    return str(tmp_path)


def test_sizes_types_and_scaling(tf: Any, load: Any, folder: str) -> None:
    mnist = load("input_data").input_data.read_data_sets(folder, one_hot=True, validation_size=2)
    assert (mnist.train.num_examples, mnist.validation.num_examples, mnist.test.num_examples) == (10, 2, 4)
    assert mnist.train.images.shape == (10, 784) and mnist.train.images.dtype == np.float32
    np.testing.assert_allclose(mnist.validation.images, TRAIN[:2].reshape(2, 784) / 255.0, rtol=1e-6)
    np.testing.assert_array_equal(mnist.validation.labels, np.eye(10)[[0, 1]])


def test_raw_bytes_and_shape(tf: Any, load: Any, folder: str) -> None:
    read = load("read_data_sets").read_data_sets
    mnist = read(folder, dtype=tf.uint8, reshape=False, validation_size=0)
    assert mnist.train.images.shape == (12, 28, 28, 1) and mnist.train.images.dtype == np.uint8
    np.testing.assert_array_equal(mnist.train.labels, TRAIN_LABELS)
    with pytest.raises(ValueError, match="Validation size"):
        read(folder, validation_size=13)
    with pytest.raises(TypeError):
        read(folder, dtype=tf.int32, validation_size=0)


def test_epochs_follow_numpy_s_shuffle(tf: Any, load: Any, folder: str) -> None:
    read = load("read_data_sets").read_data_sets
    train = read(folder, validation_size=2, seed=42).train
    np.random.seed(42)  # what the last of the three sets left behind is seeded the same way
    first = np.random.permutation(10)
    np.random.seed(42)
    np.random.shuffle(expected := np.arange(10))
    np.testing.assert_array_equal(first, expected)
    np.random.seed(42)
    _, labels = train.next_batch(6)
    np.testing.assert_array_equal(labels, TRAIN_LABELS[2:][expected[:6]])
    _, labels = train.next_batch(6)
    np.testing.assert_array_equal(labels[:4], TRAIN_LABELS[2:][expected[6:]])
    assert train.epochs_completed == 1
    assert train.next_batch(6)[0].shape == (6, 784)


def test_without_shuffling_the_order_stays(tf: Any, load: Any, folder: str) -> None:
    train = load("read_data_sets").read_data_sets(folder, validation_size=2).train
    labels = np.concatenate([train.next_batch(4, shuffle=False)[1] for _ in range(5)])
    np.testing.assert_array_equal(labels, np.concatenate([TRAIN_LABELS[2:], TRAIN_LABELS[2:]]))
    assert train.epochs_completed == 1


def test_fake_data(tf: Any, load: Any) -> None:
    mnist = load("read_data_sets").read_data_sets("nowhere", fake_data=True, one_hot=True)
    images, labels = mnist.train.next_batch(3, fake_data=True)
    assert len(images) == 3 and len(images[0]) == 784
    assert labels[0] == [1] + [0] * 9
