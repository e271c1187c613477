"""Names that change on the way."""
import sys

import tensorflow as tf

first, (second, *third) = tf.nn, (tf.layers, tf.image)
first.relu, second.dense, third.foo
a = b = tf.train
a.Saver, b.Saver
a = a.experimental if sys.argv else tf.io
a.foo

tf_or_none = tf
if len(sys.argv) > 2:
    tf_or_none = None
tf_or_none.zeros

if sys.argv:
    import tensorflow.compat.v1 as guarded
else:
    import tensorflow as guarded
guarded.Session()

straight = tf.nn
straight = object()
straight.relu

loop = None
while sys.argv:
    loop.relu
    loop = tf.nn
else:
    loop.conv2d

try:
    risky = tf.contrib
    risky = risky.slim
except AttributeError:
    risky.layers
finally:
    risky.rnn
risky.conv2d

x: tf.Tensor = tf.zeros([1])
y: "tf.Tensor"
z = x if tf.executing_eagerly() else tf.ones([1])
tf.GraphKeys.MINE = "mine"
tf.app.flags.FLAGS.a.b.c += 1
del tf.app.flags
f"{tf.version.VERSION!r:>{tf.size(x)}} {x}"


@tf.function
def decorated(x, *args: tf.Tensor, y=tf.nn.relu) -> tf.Tensor:
    print(tf.abs(x))
    return (tf  # broken
            .nn
            .relu)(x)


@tf.RegisterGradient("X")
class Graph(tf.Graph, metaclass=tf.Module): ...


async def later():
    async with tf.device("a") as d:
        async for i in tf.data.Dataset.range(3):
            await tf.sleep(i)
