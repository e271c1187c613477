"""The many ways in which a program can name TensorFlow, in one file; and a few that look like it and are not."""

import importlib
import tensorflow
import tensorflow as tf, numpy as np
import tensorflow.contrib.layers as contrib_layers
from tensorflow import (
    Session as NewSession,  # the session
    placeholder,
    variable_scope as scope,
)
from tensorflow.contrib.layers import l2_regularizer, xavier_initializer as xavier
from tensorflow.python.platform import tf_logging as logging

try:
    from tensorflow.contrib.rnn import BasicLSTMCell
except ImportError:
    from tensorflow.nn.rnn_cell import BasicLSTMCell


nn = tf.nn
log = nn_log = tf.log
Session = getattr(tf, "Session")


def lazily():
    import tensorflow as late
    from tensorflow import contrib
    return late.random_uniform([2], seed=1), contrib.layers.flatten(late.ones([2, 2, 2]))


def by_default(shape, make=tf.random_normal, *, module=tf):
    return make(shape), module.to_float(1)


class Wrapper:
    tf = tf
    kind = tf.float32

    def __init__(self, backend=tensorflow):
        self.backend = backend
        self.lib = tf

    def size(self, tensor):
        return self.lib.size(tensor), self.backend.div(6, 3), self.tf.rsqrt(4.0)


def shadowed(tf):
    return tf.Session  # the caller's own object


class Fake:
    Session = "a word"

    def placeholder(self):
        return "held"


def comprehension():
    numbers = [tf for tf in range(3)]
    return numbers, [nn.relu(float(n)) for n in numbers], {k: tf.log1p(v) for k, v in {"a": 0.0}.items()}


def main():
    assert shadowed(Fake) == "a word"
    assert importlib.import_module("tensorflow") is tensorflow
    with tf.Graph().as_default(), NewSession() as sess, scope("outer"):
        x = placeholder(tf.float32, [None, 2])
        w = tf.get_variable("w", [2, 2], initializer=xavier(), regularizer=l2_regularizer(0.1))
        y = contrib_layers.fully_connected(nn.relu(tf.matmul(x, w)), 3, scope="fc")
        cell = BasicLSTMCell(4)
        output, state = tf.nn.static_rnn(cell, [y, y], dtype=tf.float32)
        values = [lazily(), by_default([2]), Wrapper().size(y), comprehension(), log(1.0), nn_log(1.0)]
        tf.global_variables_initializer().run()
        found = sess.run([output[-1], values[0], values[2]], feed_dict={x: np.ones([5, 2])})
        assert found[0].shape == (5, 4)
        assert Session is NewSession
        logging.set_verbosity(logging.ERROR)
    if (ready := hasattr(tf, "Session")):
        print("done", ready)


if __name__ == "__main__":
    main()
