"""Every way to import."""
from __future__ import absolute_import, division

import importlib
import os, tensorflow
import tensorflow as tf
import tensorflow.contrib.slim as slim
import tensorflow.contrib.rnn
import keras.backend as K
from tensorflow import layers as L, nn
from tensorflow.contrib import (
    framework,  # a comment
    layers as contrib_layers,
)
from tensorflow.contrib.layers import xavier_initializer
from tensorflow.compat import v1 as tf1
import tensorflow.compat.v1 as compat
from tensorflow.python.ops import array_ops
from absl import flags, app

try:
    from tensorflow.contrib import cudnn_rnn
except ImportError:
    cudnn_rnn = None

if os.environ.get("NEW"):
    import tensorflow_probability as tfp
else:
    tfp = None

lazy = importlib.import_module("tensorflow")
dunder = __import__("tensorflow.contrib.slim")

tensorflow.zeros([1]); tf.zeros([1]); slim.conv2d; tensorflow.contrib.rnn.LSTMCell(3)
K.get_session(); L.dense; nn.relu; framework.arg_scope; contrib_layers.fully_connected
xavier_initializer(); tf1.Session(); compat.placeholder; array_ops.where; flags.FLAGS; app.run
cudnn_rnn.CudnnLSTM; tfp.distributions; lazy.ones([1]); dunder.contrib.slim.arg_scope


def inside():
    import tensorflow as inner
    from tensorflow.contrib import rnn
    return inner.Session(), rnn.GRUCell(1), getattr(inner, "Graph")(), getattr(tf.train, 'Saver')


def unrelated():
    import terraform as tf
    from mymodule import layers as L
    return tf.plan(), L.dense()
