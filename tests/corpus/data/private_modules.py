"""A custom cell and a custom optimizer that reach into tensorflow.python."""
from __future__ import print_function

import numpy as np
import tensorflow as tf
from tensorflow.python.framework import dtypes, ops
from tensorflow.python.framework import tensor_shape
from tensorflow.python.ops import array_ops, control_flow_ops, init_ops, math_ops, state_ops
from tensorflow.python.ops import variable_scope as vs
from tensorflow.python.ops.rnn_cell_impl import RNNCell
from tensorflow.python.training import optimizer
from tensorflow.python.util import nest
from tensorflow.contrib.framework import nest as contrib_nest


class MinimalGate(RNNCell):
    """A recurrent cell with a single gate."""

    def __init__(self, num_units, reuse=None):
        super(MinimalGate, self).__init__(_reuse=reuse)
        self._num_units = num_units

    @property
    def state_size(self):
        return self._num_units

    @property
    def output_size(self):
        return self._num_units

    def call(self, inputs, state):
        depth = inputs.get_shape().with_rank(2)[1].value
        with vs.variable_scope("gate"):
            kernel = vs.get_variable("kernel", [depth + self._num_units, 2 * self._num_units],
                                     initializer=init_ops.truncated_normal_initializer(stddev=0.3))
        both = math_ops.matmul(array_ops.concat([inputs, state], 1), kernel)
        forget, candidate = array_ops.split(value=both, num_or_size_splits=2, axis=1)
        forget = math_ops.sigmoid(forget)
        new_state = forget * state + (1 - forget) * math_ops.tanh(candidate)
        return new_state, new_state


class SignDescent(optimizer.Optimizer):
    """Follows the sign of the gradient."""

    def __init__(self, learning_rate=0.01, use_locking=False, name="SignDescent"):
        super(SignDescent, self).__init__(use_locking, name)
        self._rate = learning_rate

    def _prepare(self):
        self._rate_t = ops.convert_to_tensor(self._rate, name="learning_rate", dtype=dtypes.float32)

    def _apply_dense(self, grad, var):
        update = state_ops.assign_sub(var, self._rate_t * math_ops.sign(grad))
        return control_flow_ops.group(update)

    def _resource_apply_dense(self, grad, handle):
        return handle.assign_sub(self._rate_t * math_ops.sign(grad), read_value=False)

    def _apply_sparse(self, grad, var):
        raise NotImplementedError("sparse gradients are not followed")


def main():
    assert tensor_shape.TensorShape([2, None])[0].value == 2
    structure = {"a": [1, 2], "b": (3,)}
    assert nest.flatten(structure) == contrib_nest.flatten(structure) == [1, 2, 3]
    assert nest.is_sequence([1]) and not nest.is_sequence(1)
    with tf.Graph().as_default(), tf.Session() as sess:
        ops.get_default_graph().seed = 3
        series = tf.constant(np.sin(np.arange(40, dtype=np.float32)).reshape(2, 20, 1))
        outputs, state = tf.nn.dynamic_rnn(MinimalGate(6), series[:, :-1], dtype=tf.float32)
        predicted = tf.layers.dense(outputs, 1)
        loss = tf.reduce_mean(tf.squared_difference(predicted, series[:, 1:]))
        step = SignDescent(0.005).minimize(loss)
        sess.run(tf.global_variables_initializer())
        first = sess.run(loss)
        for _ in range(60):
            sess.run(step)
        last = sess.run(loss)
    print("loss %.4f -> %.4f" % (first, last))
    assert last < first


if __name__ == "__main__":
    main()
