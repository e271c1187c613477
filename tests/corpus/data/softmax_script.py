"""A script in the style of 2016: a graph at module level, one session, a training loop."""
from __future__ import absolute_import
from __future__ import division
from __future__ import print_function

import os
import tempfile

import numpy as np
import tensorflow as tf

LOG_DIR = os.path.join(tempfile.mkdtemp(), "logs")

tf.set_random_seed(7)
random = np.random.RandomState(7)
points = random.rand(200, 4).astype(np.float32)
classes = np.argmax(points[:, :3], axis=1)

# inputs
x = tf.placeholder(tf.float32, shape=[None, 4], name="x")
y = tf.placeholder(tf.int64, shape=[None], name="y")
keep_prob = tf.placeholder(tf.float32)

# weights
W1 = tf.Variable(tf.truncated_normal([4, 16], stddev=0.1), name="W1")
b1 = tf.Variable(tf.zeros([16]), name="b1")
hidden = tf.nn.relu(tf.nn.xw_plus_b(x, W1, b1))
hidden = tf.nn.dropout(hidden, keep_prob)
W2 = tf.get_variable("W2", [16, 3],
                     initializer=tf.contrib.layers.xavier_initializer(seed=3))
b2 = tf.get_variable("b2", [3], initializer=tf.constant_initializer(0.1))
logits = tf.matmul(hidden, W2) + b2

loss = tf.reduce_mean(
    tf.nn.sparse_softmax_cross_entropy_with_logits(labels=y, logits=logits),  # per example
    reduction_indices=[0])
penalty = tf.reduce_sum(tf.square(W1), keep_dims=True, axis=1)
correct = tf.equal(tf.argmax(logits, dimension=1), y)
accuracy = tf.reduce_mean(tf.to_float(correct))
train_step = tf.train.AdamOptimizer(1e-2).minimize(loss)

tf.summary.scalar("loss", loss)
tf.summary.histogram("weights", W1)
merged = tf.summary.merge_all()
saver = tf.train.Saver(max_to_keep=2)

with tf.Session(config=tf.ConfigProto(allow_soft_placement=True)) as sess:
    writer = tf.summary.FileWriter(LOG_DIR, sess.graph)
    sess.run(tf.global_variables_initializer())
    for step in range(150):
        picked = random.choice(200, 50)
        _, value, summary = sess.run(
            [train_step, loss, merged],
            feed_dict={x: points[picked], y: classes[picked], keep_prob: 0.9})
        if step % 50 == 0:
            writer.add_summary(summary, global_step=step)
            print("step %d, loss %.3f" % (step, value))
    reached = accuracy.eval({x: points, y: classes, keep_prob: 1.0})
    assert sess.run(penalty).shape == (4, 1)
    path = saver.save(sess, os.path.join(LOG_DIR, "model.ckpt"), global_step=150)
    writer.close()

assert tf.train.latest_checkpoint(LOG_DIR) == path
assert tf.gfile.Exists(LOG_DIR)
print("accuracy", reached)
assert reached > 0.8, reached
