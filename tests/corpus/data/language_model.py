"""A character model with contrib.rnn cells and legacy_seq2seq, built in a class's constructor."""
import numpy as np
import tensorflow as tf
from tensorflow.contrib import legacy_seq2seq, rnn
from tensorflow.python.ops import rnn_cell


class Options:
    cell = "lstm"
    size, layers, vocabulary = 12, 2, 9
    batch, length = 4, 6
    keep = 0.8


class CharModel():

    def __init__(self, options, training=True):
        makers = {"lstm": rnn.BasicLSTMCell, "gru": rnn.GRUCell, "plain": rnn_cell.BasicRNNCell}
        make = makers[options.cell]
        cells = []
        for _ in range(options.layers):
            cell = make(options.size)
            if training and options.keep < 1.0:
                cell = rnn.DropoutWrapper(cell, output_keep_prob=options.keep)
            cells.append(cell)
        self.cell = rnn.MultiRNNCell(cells, state_is_tuple=True)
        self.inputs = tf.placeholder(tf.int32, [options.batch, options.length])
        self.targets = tf.placeholder(tf.int32, [options.batch, options.length])
        self.start = self.cell.zero_state(options.batch, tf.float32)

        with tf.variable_scope("model"):
            weights = tf.get_variable("weights", [options.size, options.vocabulary])
            bias = tf.get_variable("bias", [options.vocabulary], initializer=tf.zeros_initializer())
            with tf.device("/cpu:0"):
                embedding = tf.get_variable("embedding", [options.vocabulary, options.size])
                embedded = tf.nn.embedding_lookup(embedding, self.inputs)
                steps = tf.split(embedded, options.length, 1)
                steps = [tf.squeeze(step, squeeze_dims=[1]) for step in steps]

        def feed_back(previous, _):
            symbol = tf.stop_gradient(tf.argmax(tf.matmul(previous, weights) + bias, 1))
            return tf.nn.embedding_lookup(embedding, symbol)

        outputs, self.end = legacy_seq2seq.rnn_decoder(
            steps, self.start, self.cell, loop_function=None if training else feed_back, scope="model")
        flat = tf.reshape(tf.concat(outputs, 1), [-1, options.size])
        self.logits = tf.matmul(flat, weights) + bias
        self.probabilities = tf.nn.softmax(self.logits)
        loss = legacy_seq2seq.sequence_loss_by_example(
            [self.logits], [tf.reshape(self.targets, [-1])], [tf.ones([options.batch * options.length])])
        self.cost = tf.reduce_sum(loss) / options.batch / options.length
        self.rate = tf.Variable(0.0, trainable=False)
        variables = tf.trainable_variables()
        gradients, _ = tf.clip_by_global_norm(tf.gradients(self.cost, variables), 5.0)
        self.step = tf.train.AdamOptimizer(self.rate).apply_gradients(zip(gradients, variables))


def train(kind):
    options = Options()
    options.cell = kind
    with tf.Graph().as_default(), tf.Session() as sess:
        tf.set_random_seed(1)
        model = CharModel(options)
        sess.run(tf.initialize_all_variables())
        sess.run(tf.assign(model.rate, 0.02))
        text = np.random.RandomState(2).randint(0, options.vocabulary, [options.batch, options.length + 1])
        feed = {model.inputs: text[:, :-1], model.targets: text[:, 1:]}
        state = sess.run(model.start)
        first = sess.run(model.cost, feed)
        for _ in range(60):
            sess.run(model.step, feed)
        cost, state = sess.run([model.cost, model.end], feed)
        if kind == "lstm":
            assert state[0].c.shape == (options.batch, options.size)
        print("%s: %.3f -> %.3f" % (kind, first, cost))
        assert cost < first


if __name__ == "__main__":
    for kind in ("lstm", "gru", "plain"):
        train(kind)
