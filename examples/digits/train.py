"""Trains the network of model.py on made-up images: python train.py --steps 50"""
from __future__ import print_function

import numpy as np
import tensorflow as tf

import model

tf.app.flags.DEFINE_integer('steps', 50, 'How many training steps.')
FLAGS = tf.app.flags.FLAGS


def batches(count, size=32, seed=0):
    """Images with a bright row, whose number is the label."""
    random = np.random.RandomState(seed)
    for _ in range(count):
        labels = random.randint(0, 8, size)
        images = random.rand(size, 8, 8, 1) * 0.1
        images[np.arange(size), labels] += 1.0
        yield images, labels


def main(_):
    tf.set_random_seed(1)
    net = model.Digits()
    tf.logging.info('%d variables', len(tf.trainable_variables()))
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        for images, labels in batches(FLAGS.steps):
            feed = {net.images: images, net.labels: labels, net.keep_prob: 0.9}
            _, loss = sess.run([net.train_op, net.loss], feed)
        print('loss %.2f' % loss)
        images, labels = next(batches(1, seed=1))
        print('accuracy %.2f' % sess.run(net.accuracy, {net.images: images, net.labels: labels}))


if __name__ == '__main__':
    tf.app.run()
