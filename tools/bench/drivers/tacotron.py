"""Kyubyong/tacotron: the evaluation graph on random text and spectra, one training step."""

import sys
import types

import numpy as np
import tensorflow.compat.v1 as tf1

sys.modules.setdefault("librosa", types.ModuleType("librosa"))  # decodes audio files; not needed for the graph


def shrink():
    from hyperparams import Hyperparams

    Hyperparams.embed_size = 16
    Hyperparams.encoder_num_banks = 3
    Hyperparams.decoder_num_banks = 2
    Hyperparams.n_fft = 64
    Hyperparams.n_mels = 8
    return Hyperparams


def test_networks():
    parameters = shrink()
    import networks
    from modules import embed

    with tf1.Graph().as_default(), tf1.Session() as session:
        text = tf1.placeholder(tf1.int32, [2, 7])
        frames = tf1.placeholder(tf1.float32, [2, 4, parameters.n_mels])
        memory = networks.encoder(embed(text, 32, parameters.embed_size))
        mel, alignments = networks.decoder1(frames, memory)
        spectrum = networks.decoder2(mel)
        session.run(tf1.global_variables_initializer())
        feed = {text: np.zeros([2, 7]), frames: np.random.RandomState(0).rand(2, 4, parameters.n_mels)}
        found, attention, magnitudes = session.run([mel, alignments, spectrum], feed)
        assert found.shape == (2, 4, parameters.n_mels * parameters.r)
        np.testing.assert_allclose(attention.sum(axis=1), np.ones([2, 4]), rtol=1e-4)
        assert magnitudes.shape == (2, 4 * parameters.r, 1 + parameters.n_fft // 2)


def test_evaluation_graph():
    parameters = shrink()
    from train import Graph

    with tf1.Graph().as_default(), tf1.Session() as session:
        graph = Graph(mode="eval")
        session.run(tf1.global_variables_initializer())
        feed = {
            graph.x: np.ones([1, 6]),
            graph.y: np.ones([1, 3, parameters.n_mels * parameters.r]),
            graph.z: np.ones([1, 3 * parameters.r, 1 + parameters.n_fft // 2]),
        }
        _, loss, _step = session.run([graph.train_op, graph.loss, graph.global_step], feed)
        assert np.isfinite(loss)
        assert session.run(graph.global_step) == 1
