"""A small convolutional network for 8x8 images, written for TensorFlow 1.x."""
import tensorflow as tf
from tensorflow.contrib import layers

FLAGS = tf.app.flags.FLAGS
tf.app.flags.DEFINE_float('weight_decay', 1e-4, 'Strength of the L2 regularization.')


class Digits(object):

    def __init__(self, learning_rate=0.01):
        self.images = tf.placeholder(tf.float32, [None, 8, 8, 1], name='images')
        self.labels = tf.placeholder(tf.int64, [None], name='labels')
        self.keep_prob = tf.placeholder_with_default(1.0, [], name='keep_prob')
        self.logits = self._build(self.images)
        with tf.name_scope('loss'):
            cross_entropy = tf.nn.sparse_softmax_cross_entropy_with_logits(labels=self.labels, logits=self.logits)
            self.loss = tf.reduce_mean(cross_entropy) + tf.losses.get_regularization_loss()
        correct = tf.equal(tf.argmax(self.logits, dimension=1), self.labels)
        self.accuracy = tf.reduce_mean(tf.to_float(correct))
        self.global_step = tf.train.get_or_create_global_step()
        rate = tf.train.exponential_decay(learning_rate, self.global_step, 100, 0.9, staircase=True)
        self.train_op = tf.train.AdamOptimizer(rate).minimize(self.loss, global_step=self.global_step)

    def _build(self, x):
        regularizer = layers.l2_regularizer(FLAGS.weight_decay)
        with tf.variable_scope('net'):
            x = tf.layers.conv2d(x, 8, 3, activation=tf.nn.relu,
                                 kernel_initializer=layers.xavier_initializer(),  # Glorot, uniform
                                 kernel_regularizer=regularizer)
            x = tf.layers.max_pooling2d(x, 2, 2)
            size = x.get_shape()[1].value * x.get_shape()[2].value * x.get_shape()[3].value
            x = tf.reshape(x, [-1, size])
            x = tf.nn.dropout(x, self.keep_prob)
            return tf.layers.dense(x, 10, kernel_regularizer=regularizer)
