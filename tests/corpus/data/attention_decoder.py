"""Sequence to sequence with tf.contrib.seq2seq: attention, a training helper, greedy decoding."""

import numpy as np
import tensorflow as tf

GO, STOP = 0, 1
SIZE, VOCABULARY, LENGTH, BATCH = 16, 8, 5, 4


def make_cell(size, keep_prob):
    cell = tf.contrib.rnn.LSTMCell(size, initializer=tf.orthogonal_initializer(seed=2))
    return tf.contrib.rnn.DropoutWrapper(cell, input_keep_prob=keep_prob)


def encoder(source, lengths, keep_prob):
    embedding = tf.Variable(tf.random_uniform([VOCABULARY, SIZE], -1.0, 1.0, seed=1))
    embedded = tf.nn.embedding_lookup(embedding, source)
    (forward, backward), states = tf.nn.bidirectional_dynamic_rnn(
        make_cell(SIZE // 2, keep_prob), make_cell(SIZE // 2, keep_prob), embedded,
        sequence_length=lengths, dtype=tf.float32)
    state = tf.contrib.rnn.LSTMStateTuple(
        c=tf.concat([s.c for s in states], 1), h=tf.concat([s.h for s in states], 1))
    return embedding, tf.concat([forward, backward], 2), state


def main():
    source = tf.placeholder(tf.int32, [BATCH, LENGTH])
    target = tf.placeholder(tf.int32, [BATCH, LENGTH])
    lengths = tf.fill([BATCH], LENGTH)
    keep_prob = tf.placeholder_with_default(1.0, [])
    embedding, memory, state = encoder(source, lengths, keep_prob)

    attention = tf.contrib.seq2seq.LuongAttention(SIZE, memory, memory_sequence_length=lengths)
    cell = tf.contrib.seq2seq.AttentionWrapper(make_cell(SIZE, keep_prob), attention, attention_layer_size=SIZE)
    start = cell.zero_state(BATCH, tf.float32).clone(cell_state=state)
    projection = tf.layers.Dense(VOCABULARY, use_bias=False)

    shifted = tf.concat([tf.fill([BATCH, 1], GO), tf.strided_slice(target, [0, 0], [BATCH, -1], [1, 1])], 1)
    helper = tf.contrib.seq2seq.TrainingHelper(tf.nn.embedding_lookup(embedding, shifted), lengths)
    decoder = tf.contrib.seq2seq.BasicDecoder(cell, helper, start, output_layer=projection)
    outputs, _, _ = tf.contrib.seq2seq.dynamic_decode(decoder, impute_finished=True)
    weights = tf.sequence_mask(lengths, LENGTH, dtype=tf.float32)
    loss = tf.contrib.seq2seq.sequence_loss(outputs.rnn_output, target, weights)

    greedy = tf.contrib.seq2seq.GreedyEmbeddingHelper(embedding, tf.fill([BATCH], GO), STOP)
    inference = tf.contrib.seq2seq.BasicDecoder(cell, greedy, start, output_layer=projection)
    decoded, _, _ = tf.contrib.seq2seq.dynamic_decode(inference, maximum_iterations=LENGTH)

    train_op = tf.train.AdamOptimizer(0.02).minimize(loss)
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        words = np.random.RandomState(3).randint(2, VOCABULARY, [BATCH, LENGTH])
        feed = {source: words, target: words[:, ::-1]}
        first = sess.run(loss, feed)
        for _ in range(40):
            sess.run(train_op, {**feed, keep_prob: 0.9})
        last = sess.run(loss, feed)
        print("loss %.3f -> %.3f" % (first, last))
        assert last < first
        assert sess.run(decoded.sample_id, feed).shape[0] == BATCH


if __name__ == "__main__":
    main()
