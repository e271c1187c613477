"""hwalsuklee/tensorflow-generative-model-collections: every model builds on generated digits, one of them trains."""

import gzip
import importlib

import numpy as np
import pytest
import tensorflow.compat.v1 as tf1

MODELS = ["GAN", "CGAN", "infoGAN", "ACGAN", "EBGAN", "WGAN", "WGAN_GP", "DRAGAN", "LSGAN", "BEGAN", "VAE", "CVAE"]


@pytest.fixture
def digits(tmp_path, monkeypatch):
    folder = tmp_path / "data" / "mnist"
    folder.mkdir(parents=True)
    for name, head, size, count in (
        ("train-images-idx3-ubyte", 16, 784, 60000),
        ("train-labels-idx1-ubyte", 8, 1, 60000),
        ("t10k-images-idx3-ubyte", 16, 784, 10000),
        ("t10k-labels-idx1-ubyte", 8, 1, 10000),
    ):
        with gzip.open(str(folder / (name + ".gz")), "wb", compresslevel=1) as file:
            file.write(b"\0" * (head + size * count))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def make(name, session, folder, monkeypatch):
    module = importlib.import_module(name)
    images, labels = np.random.RandomState(0).rand(128, 28, 28, 1), np.eye(10)[np.arange(128) % 10]
    monkeypatch.setattr(module, "load_mnist", lambda dataset_name: (images, labels))
    kind = getattr(module, name)
    return kind(
        session,
        epoch=1,
        batch_size=64,
        z_dim=62,
        dataset_name="mnist",
        checkpoint_dir=str(folder / "checkpoint"),
        result_dir="results",
        log_dir=str(folder / "logs"),
    )


@pytest.mark.parametrize("name", MODELS)
def test_build(name, tmp_path, monkeypatch):
    with tf1.Graph().as_default(), tf1.Session() as session:
        model = make(name, session, tmp_path, monkeypatch)
        model.build_model()
        session.run(tf1.global_variables_initializer())
        assert len(tf1.trainable_variables()) > 8


def test_draw(tmp_path, monkeypatch):
    with tf1.Graph().as_default(), tf1.Session() as session:
        model = make("GAN", session, tmp_path, monkeypatch)
        model.build_model()
        session.run(tf1.global_variables_initializer())
        drawn = session.run(model.fake_images, {model.z: np.zeros([64, 62])})
        assert drawn.shape == (64, 28, 28, 1)
        feed = {model.inputs: np.random.rand(64, 28, 28, 1), model.z: np.random.rand(64, 62)}
        session.run([model.d_optim, model.g_optim], feed)
        session.run([model.d_sum, model.g_sum], feed)


def test_data_files(digits):
    import utils

    images, labels = utils.load_mnist("mnist")
    assert images.shape == (70000, 28, 28, 1)
    assert labels.shape == (70000, 10)
