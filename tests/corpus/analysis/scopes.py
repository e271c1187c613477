"""Names that are hidden, and names that are not."""
import tensorflow as tf
from tensorflow import layers

Graph = tf.Graph


def parameter(tf):
    return tf.zeros


def default(activation=tf.nn.relu, *, initializer=tf.zeros_initializer(), **tf_options):
    return activation(initializer), tf_options


def local_before_binding():
    tf.zeros([1])
    tf = None
    return tf


def closure():
    layers = object()

    def inner():
        return layers.dense, tf.ones

    return inner, lambda layers: layers.dense, lambda: tf.constant(1)


def uses_global():
    global late
    import tensorflow as late
    return late.Session


def reads_global():
    return late.Session


def non_local():
    module = None

    def load():
        nonlocal module
        module = tf.train

    load()
    return module.Saver


class Holder(tf.keras.layers.Layer):
    tf = tf
    dense = layers.dense
    late = [tf.float32 for _ in range(3)]

    def method(self):
        return tf.zeros, dense, self.dense, self.tf.ones

    def __init__(self, Graph=Graph):
        self.library = tf.train
        Graph()

    def later(self):
        self.library.Saver()
        self.library = self.library
        return self.library.AdamOptimizer

    @staticmethod
    def static(self):
        return self.library


comprehension = [tf.zeros(n) for tf in () for n in tf.shape], [x for x in tf.get_collection("a") if tf.equal(x, 1)]
{layers: layers.dense for layers in [1]}
layers.conv2d
print((walrus := tf.image).resize, [other := tf.math for _ in "a"], other.log, walrus.crop)

for module in (tf.nn, tf.image):
    module.resize
for Graph in range(3):
    Graph.foo
Graph.bar

with open("f") as tf_file, tf.Session() as session:
    session.run(tf_file)

try:
    pass
except tf.errors.OutOfRangeError as layers:
    layers.dense
except Exception:
    layers.dense
else:
    layers.max_pooling2d
finally:
    layers.flatten

match tf.shape(1):
    case tf.Tensor(shape=dims) if tf.equal(dims, 1):
        dims.foo
    case [layers, *rest]:
        layers.dense
    case {"tf": tf1, **others} | tf1:
        tf1.foo

del layers
layers.after_deletion
