"""balancap/SSD-Tensorflow: anchors, box arithmetic, the network with its losses, the detection metrics."""

import numpy as np
import tensorflow.compat.v1 as tf1


def test_network_and_losses():
    import tf_extended  # noqa: F401
    from nets import ssd_vgg_300

    with tf1.Graph().as_default(), tf1.Session() as session:
        net = ssd_vgg_300.SSDNet()
        image = tf1.placeholder(tf1.float32, [1, 300, 300, 3])
        with tf1.variable_scope("", reuse=tf1.AUTO_REUSE):
            import importlib

            slim = importlib.import_module("tf_slim")
            with slim.arg_scope(net.arg_scope()):
                predictions, localisations, logits, _ = net.net(image, is_training=True)
        anchors = net.anchors((300, 300))
        classes, boxes, scores = net.bboxes_encode(
            tf1.constant([3, 7], tf1.int64), tf1.constant([[0.1, 0.1, 0.5, 0.5], [0.4, 0.3, 0.9, 0.8]]), anchors
        )
        net.losses(logits, localisations, classes, boxes, scores)
        total = tf1.add_n(tf1.losses.get_losses())
        assert next(tuple(p.shape.as_list()) for p in predictions) == (1, 38, 38, 4, 21)
        session.run(tf1.global_variables_initializer())
        assert np.isfinite(session.run(total, {image: np.zeros([1, 300, 300, 3])}))


def test_boxes():
    import tf_extended as tfe

    with tf1.Graph().as_default(), tf1.Session() as session:
        boxes = tf1.constant([[0.0, 0.0, 1.0, 1.0], [0.0, 0.0, 0.5, 1.0], [0.6, 0.6, 0.9, 0.9]])
        overlap = tfe.bboxes_jaccard(tf1.constant([0.0, 0.0, 1.0, 1.0]), boxes)
        np.testing.assert_allclose(session.run(overlap), [1.0, 0.5, 0.09], rtol=1e-4)
        _scores, kept = tfe.bboxes_nms(tf1.constant([0.9, 0.8, 0.7]), boxes, nms_threshold=0.4, keep_top_k=3)
        assert session.run(kept).shape == (3, 4)


def test_metrics():
    import tf_extended as tfe

    with tf1.Graph().as_default(), tf1.Session() as session:
        found = tf1.constant([True, True, False])
        _precision, recall = tfe.precision_recall(
            tf1.constant(2, tf1.int64), tf1.constant(3), found, tf1.logical_not(found), tf1.constant([0.9, 0.8, 0.7])
        )
        np.testing.assert_allclose(session.run(recall), [0.5, 1.0, 1.0])


def test_preprocessing():
    from preprocessing import ssd_vgg_preprocessing

    with tf1.Graph().as_default(), tf1.Session() as session:
        image = tf1.constant(np.random.RandomState(0).randint(0, 255, [200, 180, 3]).astype("uint8"))
        out, _labels, _boxes, _ = ssd_vgg_preprocessing.preprocess_for_eval(
            image, tf1.constant([1], tf1.int64), tf1.constant([[0.1, 0.1, 0.6, 0.6]]), out_shape=(300, 300)
        )
        assert session.run(out).shape == (300, 300, 3)


def test_anchor_shapes():
    from nets import ssd_vgg_300

    anchors = ssd_vgg_300.SSDNet().anchors((300, 300))
    assert len(anchors) == 6
    assert anchors[0][0].shape == (38, 38, 1)
