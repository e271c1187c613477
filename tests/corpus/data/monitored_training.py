"""HParams, a decayed learning rate, moving averages, hooks and a monitored session."""
import tempfile

import numpy as np
import tensorflow as tf
from tensorflow.contrib.training import HParams
from tensorflow.contrib.framework.python.ops import arg_scope  # noqa: F401
from tensorflow.python.training import moving_averages


def default_hparams():
    return HParams(learning_rate=0.1, decay_steps=20, momentum=0.9, units=[8, 4], activation="relu", clip=1.0)


class LossHook(tf.train.SessionRunHook):
    """Remembers what the loss was."""

    def __init__(self, loss):
        self._loss = loss
        self.seen = []

    def before_run(self, run_context):
        return tf.train.SessionRunArgs(self._loss)

    def after_run(self, run_context, run_values):
        self.seen.append(run_values.results)


def running_mean(x, decay=0.9):
    mean = tf.get_variable("running_mean", x.get_shape()[-1:], initializer=tf.zeros_initializer, trainable=False)
    update = moving_averages.assign_moving_average(mean, tf.reduce_mean(x, 0), decay, zero_debias=False)
    tf.add_to_collection(tf.GraphKeys.UPDATE_OPS, update)
    return mean


def model(x, hparams):
    net = x - running_mean(x)
    activation = getattr(tf.nn, hparams.activation)
    for index, units in enumerate(hparams.units):
        with tf.variable_scope("layer_%d" % index):
            net = tf.contrib.layers.fully_connected(net, units, activation_fn=activation)
    return tf.contrib.layers.linear(net, 1)


def main():
    hparams = default_hparams()
    hparams.parse("learning_rate=0.05,units=[16,4]")
    hparams.add_hparam("steps", 60)
    assert hparams.values()["units"] == [16, 4]
    random = np.random.RandomState(1)
    inputs = random.randn(64, 3).astype(np.float32)
    outputs = inputs.sum(1, keepdims=True) + 1.0
    with tf.Graph().as_default():
        tf.set_random_seed(1)
        x, y = tf.constant(inputs), tf.constant(outputs)
        predicted = model(x, hparams)
        loss = tf.losses.huber_loss(y, predicted)
        step = tf.train.get_or_create_global_step()
        rate = tf.train.piecewise_constant(step, [30], [hparams.learning_rate, hparams.learning_rate / 2])
        rate = tf.train.natural_exp_decay(rate, step, hparams.decay_steps, 0.1)
        optimizer = tf.train.MomentumOptimizer(rate, hparams.momentum, use_nesterov=True)
        gradients, variables = zip(*optimizer.compute_gradients(loss))
        gradients, _ = tf.clip_by_global_norm(gradients, hparams.clip)
        apply = optimizer.apply_gradients(zip(gradients, variables), global_step=step)
        average = tf.train.ExponentialMovingAverage(0.99, step)
        with tf.control_dependencies([apply] + tf.get_collection(tf.GraphKeys.UPDATE_OPS)):
            train_op = average.apply(tf.trainable_variables())
        hook = LossHook(loss)
        hooks = [hook, tf.train.StopAtStepHook(last_step=hparams.steps),
                 tf.train.LoggingTensorHook({"loss": loss}, every_n_iter=20), tf.train.NanTensorHook(loss)]
        with tf.train.MonitoredTrainingSession(checkpoint_dir=tempfile.mkdtemp(), hooks=hooks,
                                               save_summaries_steps=None) as sess:
            while not sess.should_stop():
                sess.run(train_op)
    print("%d steps, loss %.3f -> %.3f" % (len(hook.seen), hook.seen[0], hook.seen[-1]))
    assert hook.seen[-1] < hook.seen[0]


if __name__ == "__main__":
    main()
