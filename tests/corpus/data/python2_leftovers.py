# -*- coding: latin-1 -*-
"""Half of this file no longer parses: print statements, old except clauses, backticks. The names are still there."""
import cPickle as pickle
import tensorflow as tf

print "TensorFlow", tf.__version__

try:
    from tensorflow.models.rnn import rnn_cell
except ImportError, error:
    print >>sys.stderr, "no rnn models:", `error`
    rnn_cell = tf.nn.rnn_cell


def linear(x, size, name="lin"):
    shape = x.get_shape().as_list()
    if len(shape) <> 2:
        raise ValueError, "a matrix is needed"
    with tf.variable_scope(name):
        w = tf.get_variable("w", [shape[1], size], tf.float32, tf.random_normal_initializer(stddev=0.02))
        return tf.matmul(x, w)


class Trainer:
    def __init__(self, data):
        for key, value in data.iteritems():
            if data.has_key(key):
                print key, "=", value
        self.x = tf.placeholder(tf.float32, [None, 0777 and 7])
        self.loss = tf.reduce_mean(tf.pow(linear(self.x, 3), 2L))
        self.optim = tf.train.GradientDescentOptimizer(0.1).minimize(self.loss)

    def train(self, sess, steps):
        sess.run(tf.initialize_all_variables())
        for step in xrange(steps):
            _, loss = sess.run([self.optim, self.loss], feed_dict={self.x: [[1.] * 7]})
            print "step %d: %.4f" % (step, loss)
        exec "done = True"
        return done


if __name__ == '__main__':
    with tf.Session() as sess:
        Trainer({u"né": 1}).train(sess, 3)
