"""carpedm20/DCGAN-tensorflow: its layers and its helpers on a small graph."""

import numpy as np
import tensorflow.compat.v1 as tf1


def test_layers():
    import ops

    with tf1.Graph().as_default(), tf1.Session() as session:
        image = tf1.placeholder(tf1.float32, [3, 8, 8, 2])
        down = ops.lrelu(ops.conv2d(image, 5, name="down"))
        up = ops.deconv2d(down, [3, 8, 8, 2], name="up")
        flat = ops.linear(tf1.reshape(up, [3, -1]), 7, "flat")
        session.run(tf1.global_variables_initializer())
        assert session.run(flat, {image: np.ones([3, 8, 8, 2])}).shape == (3, 7)


def test_batch_normalization():
    import ops
    from model import DCGAN

    assert callable(DCGAN.train)
    with tf1.Graph().as_default(), tf1.Session() as session:
        values = tf1.placeholder(tf1.float32, [None, 3])
        normalize = ops.batch_norm(name="bn")
        trained, served = normalize(values, train=True), None
        with tf1.variable_scope(tf1.get_variable_scope(), reuse=True):
            served = normalize(values, train=False)
        session.run(tf1.global_variables_initializer())
        numbers = np.random.RandomState(0).normal(5.0, 2.0, [200, 3])
        found = session.run(trained, {values: numbers})
        np.testing.assert_allclose(found.mean(axis=0), np.zeros(3), atol=1e-3)
        assert session.run(served, {values: numbers}).shape == (200, 3)


def test_helpers_list_the_variables(capsys):
    import utils

    with tf1.Graph().as_default():
        tf1.get_variable("weights", [3, 2])
        utils.show_all_variables()
    assert "weights" in capsys.readouterr().out
