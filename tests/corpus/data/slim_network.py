"""A Slim network: nested arg_scopes, end points, a training loop that slim drives, evaluation by names to values."""
import collections
import tempfile

import numpy as np
import tensorflow as tf
import tensorflow.contrib.slim as slim
from tensorflow.contrib.framework import add_arg_scope, arg_scope
from tensorflow.contrib.layers.python.layers import utils

trunc_normal = lambda stddev: tf.truncated_normal_initializer(0.0, stddev)


@add_arg_scope
def squeeze_and_scale(net, reduction=2, scope=None):
    with tf.variable_scope(scope, "SqueezeAndScale", [net]):
        channels = net.get_shape()[-1].value
        scale = tf.reduce_mean(net, [1, 2], keep_dims=True)
        scale = slim.conv2d(scale, channels // reduction, [1, 1], normalizer_fn=None)
        scale = slim.conv2d(scale, channels, [1, 1], activation_fn=tf.sigmoid, normalizer_fn=None)
        return net * scale


def small_arg_scope(weight_decay=0.0005, is_training=True):
    batch_norm_params = {"is_training": is_training, "decay": 0.95, "epsilon": 0.001,
                         "updates_collections": tf.GraphKeys.UPDATE_OPS}
    with slim.arg_scope([slim.conv2d, slim.fully_connected],
                        weights_regularizer=slim.l2_regularizer(weight_decay),
                        weights_initializer=trunc_normal(0.1),
                        normalizer_fn=slim.batch_norm, normalizer_params=batch_norm_params):
        with slim.arg_scope([slim.max_pool2d, slim.avg_pool2d], stride=2, padding="SAME") as scope:
            return scope


def small_net(images, num_classes=3, is_training=True, dropout_keep_prob=0.8, scope="Small"):
    with tf.variable_scope(scope, values=[images]) as sc:
        collection = sc.original_name_scope + "_end_points"
        with slim.arg_scope([slim.conv2d, slim.fully_connected, slim.max_pool2d], outputs_collections=collection):
            net = slim.repeat(images, 2, slim.conv2d, 8, [3, 3], scope="conv1")
            net = slim.max_pool2d(net, [2, 2], scope="pool1")
            with arg_scope([squeeze_and_scale], reduction=4):
                net = squeeze_and_scale(net)
            net = slim.flatten(net)
            net = slim.dropout(net, dropout_keep_prob, is_training=is_training)
            logits = slim.fully_connected(net, num_classes, activation_fn=None, normalizer_fn=None, scope="logits")
        return logits, utils.convert_collection_to_dict(collection)


def main():
    tf.set_random_seed(5)
    random = np.random.RandomState(5)
    labels = np.repeat(np.arange(3), 10)
    images = random.rand(30, 8, 8, 3).astype("float32") + np.eye(3)[labels][:, None, None, :].astype("float32")
    with tf.Graph().as_default():
        with slim.arg_scope(small_arg_scope()):
            logits, end_points = small_net(tf.constant(images))
        slim.losses.softmax_cross_entropy(logits, slim.one_hot_encoding(labels, 3))
        total = slim.losses.get_total_loss()
        optimizer = tf.train.MomentumOptimizer(0.05, momentum=0.9)
        train_op = slim.learning.create_train_op(total, optimizer, clip_gradient_norm=4.0)
        names_to_values, names_to_updates = slim.metrics.aggregate_metric_map(
            collections.OrderedDict([("accuracy", slim.metrics.streaming_accuracy(tf.argmax(logits, 1), labels))]))
        assert "Small/pool1" in end_points
        assert len(slim.get_model_variables()) > 6
        final = slim.learning.train(train_op, tempfile.mkdtemp(), number_of_steps=20, log_every_n_steps=10)
    print("loss %.3f" % final)
    assert np.isfinite(final)


if __name__ == "__main__":
    main()
