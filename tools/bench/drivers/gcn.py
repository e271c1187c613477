"""tkipf/gcn: the graph convolution learns a small graph; sparse placeholders, flags, summaries."""

import numpy as np
import tensorflow.compat.v1 as tf1


def flags():
    from absl import flags

    values = flags.FLAGS
    if "hidden1" not in values:
        flags.DEFINE_float("learning_rate", 0.05, "")
        flags.DEFINE_float("weight_decay", 5e-4, "")
        flags.DEFINE_integer("hidden1", 8, "")
    values(["test"])


def test_learns():
    flags()
    from gcn.models import GCN, MLP

    nodes = 10
    coordinates = np.array([[i, j] for i in range(nodes) for j in range(nodes) if i % 2 == j % 2])
    adjacency = (coordinates, np.full(len(coordinates), 0.2, "float32"), np.array([nodes, nodes]))
    features = (np.array([[i, i] for i in range(nodes)]), np.ones(nodes, "float32"), np.array([nodes, nodes]))
    labels = np.eye(2)[np.arange(nodes) % 2]
    for kind in GCN, MLP:
        with tf1.Graph().as_default(), tf1.Session() as session:
            tf1.set_random_seed(4)
            placeholders = {
                "support": [tf1.sparse_placeholder(tf1.float32)],
                "features": tf1.sparse_placeholder(tf1.float32, shape=tf1.constant(features[2], dtype=tf1.int64)),
                "labels": tf1.placeholder(tf1.float32, shape=(None, 2)),
                "labels_mask": tf1.placeholder(tf1.int32),
                "dropout": tf1.placeholder_with_default(0.0, shape=()),
                "num_features_nonzero": tf1.placeholder(tf1.int32),
            }
            model = kind(placeholders, input_dim=nodes, logging=True)
            session.run(tf1.global_variables_initializer())
            feed = {
                placeholders["support"][0]: adjacency,
                placeholders["features"]: features,
                placeholders["labels"]: labels,
                placeholders["labels_mask"]: np.ones(nodes),
                placeholders["num_features_nonzero"]: np.array([nodes]),
            }
            losses = [session.run([model.loss, model.opt_op], feed)[0] for _ in range(40)]
            assert losses[-1] < losses[0]
            session.run(tf1.summary.merge_all(), feed)
