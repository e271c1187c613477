"""lengstrom/fast-style-transfer: the image network keeps an image's shape and range, twice on the same weights."""

import numpy as np
import tensorflow.compat.v1 as tf1


def test_network():
    import transform

    with tf1.Graph().as_default(), tf1.Session() as session:
        image = tf1.placeholder(tf1.float32, [1, 32, 32, 3])
        styled = transform.net(image)
        session.run(tf1.global_variables_initializer())
        drawn = session.run(styled, {image: np.random.RandomState(0).rand(1, 32, 32, 3)})
        assert drawn.shape == (1, 32, 32, 3)
        assert drawn.min() >= 127.5 - 150.1 and drawn.max() <= 127.5 + 150.1
        assert len(tf1.trainable_variables()) == 48


def test_vgg_layers():
    import vgg

    with tf1.Graph().as_default(), tf1.Session() as session:
        image = tf1.constant(np.ones([1, 8, 8, 3], "float32"))
        layer = vgg._conv_layer(image, np.ones([3, 3, 3, 4], "float32"), np.zeros(4, "float32"))
        pooled = session.run(vgg._pool_layer(layer))
        assert pooled.shape == (1, 4, 4, 4)
        assert pooled.max() == 27.0
