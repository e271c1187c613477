"""dennybritz/cnn-text-classification-tf: the network learns which of two words a sentence holds."""

import numpy as np
import tensorflow.compat.v1 as tf1


def test_learns():
    from text_cnn import TextCNN

    with tf1.Graph().as_default(), tf1.Session() as session:
        tf1.set_random_seed(2)
        network = TextCNN(
            sequence_length=9,
            num_classes=2,
            vocab_size=20,
            embedding_size=8,
            filter_sizes=[2, 3],
            num_filters=4,
            l2_reg_lambda=0.001,
        )
        train = tf1.train.AdamOptimizer(0.01).minimize(network.loss)
        session.run(tf1.global_variables_initializer())
        random = np.random.RandomState(0)
        labels = random.randint(0, 2, 64)
        words = random.randint(3, 20, [64, 9])
        words[np.arange(64), random.randint(0, 9, 64)] = labels
        feed = {network.input_x: words, network.input_y: np.eye(2)[labels]}
        for _ in range(80):
            session.run(train, {**feed, network.dropout_keep_prob: 0.8})
        assert session.run(network.accuracy, {**feed, network.dropout_keep_prob: 1.0}) > 0.9


def test_keep_probability_is_kept():
    from text_cnn import TextCNN

    with tf1.Graph().as_default(), tf1.Session() as session:
        network = TextCNN(
            sequence_length=9, num_classes=2, vocab_size=20, embedding_size=8, filter_sizes=[2], num_filters=500
        )
        session.run(tf1.global_variables_initializer())
        feed = {network.input_x: np.ones([1, 9]), network.dropout_keep_prob: 0.9}
        before, after = session.run([network.h_pool_flat, network.h_drop], feed)
        kept = np.count_nonzero(after[before != 0]) / np.count_nonzero(before)
        assert 0.8 < kept < 0.98


def test_training_script_is_importable():
    import train

    assert train.FLAGS.num_filters == 128
    assert train.FLAGS.allow_soft_placement
