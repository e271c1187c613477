"""A custom model function with mode keys, an input function on tf.data, flags and app.run."""

import argparse
import sys

import numpy as np
import tensorflow as tf
from tensorflow.contrib import learn

FLAGS = None


def cnn_model_fn(features, labels, mode, params):
    """Model function: ``labels`` is None when predicting."""
    net = tf.reshape(features["x"], [-1, 8, 8, 1])
    for filters in params["filters"]:
        net = tf.layers.conv2d(inputs=net, filters=filters, kernel_size=[3, 3], padding="same",
                               activation=tf.nn.relu,
                               kernel_regularizer=tf.contrib.layers.l2_regularizer(scale=1e-4))
        net = tf.layers.max_pooling2d(inputs=net, pool_size=[2, 2], strides=2)
    net = tf.contrib.layers.flatten(net)
    net = tf.layers.dropout(net, rate=0.4, training=mode == learn.ModeKeys.TRAIN)
    logits = tf.layers.dense(net, units=2)
    predictions = {"classes": tf.argmax(input=logits, axis=1), "probabilities": tf.nn.softmax(logits, name="softmax")}
    loss = tf.losses.softmax_cross_entropy(tf.one_hot(tf.cast(labels, tf.int32), depth=2), logits=logits)
    loss += tf.losses.get_regularization_loss()
    metrics = {"accuracy": tf.metrics.accuracy(labels=labels, predictions=predictions["classes"])}
    train_op = tf.contrib.layers.optimize_loss(
        loss=loss,
        global_step=tf.contrib.framework.get_global_step(),
        learning_rate=params["learning_rate"],
        optimizer="Adam")
    return predictions, loss, train_op, metrics


def input_fn(images, labels, batch=20, epochs=None):
    dataset = tf.data.Dataset.from_tensor_slices(({"x": images}, labels))
    dataset = dataset.apply(tf.contrib.data.shuffle_and_repeat(100, epochs, seed=1))
    dataset = dataset.apply(tf.contrib.data.map_and_batch(lambda x, y: (x, y), batch))
    return dataset.make_one_shot_iterator().get_next()


def main(unused_argv):
    tf.logging.set_verbosity(tf.logging.WARN)
    random = np.random.RandomState(0)
    labels = random.randint(0, 2, 100)
    images = (random.rand(100, 64) * 0.5 + labels[:, None] * 0.5).astype("float32")
    params = dict(filters=[4, 8], learning_rate=FLAGS.learning_rate)
    with tf.Graph().as_default():
        tf.train.create_global_step()
        features, targets = input_fn(images, labels)
        outputs, loss, train_op, metrics = cnn_model_fn(features, targets, learn.ModeKeys.TRAIN, params)
        with tf.Session() as sess:
            sess.run([tf.global_variables_initializer(), tf.local_variables_initializer(), tf.tables_initializer()])
            values = [sess.run(train_op) for _ in range(40)]
            accuracy, update = metrics["accuracy"]
            for _ in range(5):
                sess.run(update)
            print("loss %.3f, accuracy %.2f" % (values[-1], sess.run(accuracy)))
            assert values[-1] < values[0]


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--learning_rate", type=float, default=0.01)
    FLAGS, rest = parser.parse_known_args()
    tf.app.run(main=main, argv=[sys.argv[0]] + rest)
