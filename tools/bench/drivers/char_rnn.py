"""sherjilozair/char-rnn-tensorflow: one training step per cell type, and a sample drawn afterwards."""

import argparse

import numpy as np
import pytest
import tensorflow.compat.v1 as tf1


def options(**changes):
    values = {
        "model": "lstm",
        "rnn_size": 8,
        "num_layers": 2,
        "batch_size": 4,
        "seq_length": 5,
        "vocab_size": 6,
        "grad_clip": 5.0,
        "output_keep_prob": 1.0,
        "input_keep_prob": 1.0,
    }
    return argparse.Namespace(**{**values, **changes})


@pytest.mark.parametrize("cell", ["lstm", "gru", "nas"])
def test_training_lowers_the_cost(cell):
    from model import Model

    with tf1.Graph().as_default(), tf1.Session() as session:
        tf1.set_random_seed(1)
        model = Model(options(model=cell))
        session.run(tf1.global_variables_initializer())
        session.run(tf1.assign(model.lr, 0.05))
        text = np.random.RandomState(0).randint(0, 6, [4, 5])
        feed = {model.input_data: text, model.targets: text}
        costs = [session.run([model.cost, model.train_op], feed)[0] for _ in range(30)]
        assert costs[-1] < costs[0] * 0.8


def test_dropout():
    from model import Model

    with tf1.Graph().as_default(), tf1.Session() as session:
        model = Model(options(output_keep_prob=0.5, input_keep_prob=0.5))
        session.run(tf1.global_variables_initializer())
        feed = {model.input_data: np.zeros([4, 5]), model.targets: np.zeros([4, 5])}
        assert np.isfinite(session.run(model.cost, feed))
        first, second = (session.run(model.cost, feed) for _ in range(2))
        assert first != second


def test_sample():
    from model import Model

    with tf1.Graph().as_default(), tf1.Session() as session:
        model = Model(options(), training=False)
        session.run(tf1.global_variables_initializer())
        letters = "abcdef"
        drawn = model.sample(session, letters, {c: i for i, c in enumerate(letters)}, num=10, prime="abc")
        assert len(drawn) == 13
        assert set(drawn) <= set(letters)
