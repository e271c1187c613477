#!/usr/bin/env python
# -*- coding: utf-8 -*-
"""Two networks made of tf.layers, with reused scopes, two optimizers and update ops."""
import numpy as np
import tensorflow as tf
from tensorflow import layers as L

flags = tf.app.flags
FLAGS = flags.FLAGS
flags.DEFINE_integer("noise", 5, "dimensions of the noise")
flags.DEFINE_float("rate", 0.001, "learning rate")
flags.DEFINE_boolean("verbose", False, "print every step")


def leaky(x, alpha=0.2):
    return tf.maximum(x, alpha * x)


def generator(z, is_training, reuse=False):
    with tf.variable_scope("generator", reuse=reuse):
        h = L.dense(z, 4 * 4 * 8, kernel_initializer=tf.random_normal_initializer(stddev=0.02))
        h = tf.reshape(h, [-1, 4, 4, 8])
        h = tf.nn.relu(L.batch_normalization(h, training=is_training))
        h = L.conv2d_transpose(h, 1, 4, strides=2, padding="same")
        return tf.tanh(h)


def discriminator(image, is_training, reuse=tf.AUTO_REUSE):
    with tf.variable_scope("discriminator", reuse=reuse):
        h = leaky(tf.layers.conv2d(image, filters=8, kernel_size=4, strides=2, padding="same"))
        h = tf.layers.batch_normalization(h, momentum=0.9, training=is_training)
        h = tf.layers.dropout(tf.layers.flatten(h), rate=0.3, training=is_training)
        return tf.layers.dense(h, units=1, activation=None, name="logit")


class Model(object):
    def __init__(self, sess, batch=16):
        self.sess = sess
        self.batch = batch
        self.build()

    def build(self):
        self.real = tf.placeholder(tf.float32, [self.batch, 8, 8, 1], "real")
        self.z = tf.placeholder(tf.float32, [self.batch, FLAGS.noise], name="z")
        self.training = tf.placeholder_with_default(True, shape=())
        fake = generator(self.z, self.training)
        self.sample = generator(self.z, False, reuse=True)
        real_logit, fake_logit = discriminator(self.real, self.training), discriminator(fake, self.training)

        def cross_entropy(logit, label):
            labels = tf.fill(tf.shape(logit), label)
            return tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(logits=logit, labels=labels))

        self.d_loss = cross_entropy(real_logit, 0.9) + cross_entropy(fake_logit, 0.0)
        self.g_loss = tf.losses.sigmoid_cross_entropy(tf.ones_like(fake_logit), fake_logit)
        d_vars = tf.get_collection(tf.GraphKeys.TRAINABLE_VARIABLES, scope="discriminator")
        g_vars = [v for v in tf.trainable_variables() if v.op.name.startswith("generator")]
        with tf.control_dependencies(tf.get_collection(tf.GraphKeys.UPDATE_OPS)):
            self.d_step = tf.train.AdamOptimizer(FLAGS.rate, beta1=0.5).minimize(self.d_loss, var_list=d_vars)
            self.g_step = tf.train.AdamOptimizer(FLAGS.rate, beta1=0.5).minimize(self.g_loss, var_list=g_vars)

    def train(self, steps):
        noise = np.random.RandomState(0)
        tf.global_variables_initializer().run()
        for step in range(steps):
            feed = {self.real: noise.rand(self.batch, 8, 8, 1), self.z: noise.randn(self.batch, FLAGS.noise)}
            _, d = self.sess.run([self.d_step, self.d_loss], feed)
            _, g = self.sess.run([self.g_step, self.g_loss], feed)
            if FLAGS.verbose:
                tf.logging.info("step %d: %f %f", step, d, g)
        return d, g


def main(_):
    tf.logging.set_verbosity(tf.logging.ERROR)
    tf.reset_default_graph()
    config = tf.ConfigProto()
    config.gpu_options.allow_growth = True
    with tf.Session(config=config) as sess:
        model = Model(sess)
        d, g = model.train(5)
        drawn = sess.run(model.sample, {model.z: np.zeros([16, FLAGS.noise])})
    assert np.isfinite([d, g]).all()
    assert drawn.shape == (16, 8, 8, 1)
    print("done")


if __name__ == "__main__":
    tf.app.run()
