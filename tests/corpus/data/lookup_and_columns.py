"""Lookup tables, feature columns, initializable iterators, methods of tensors, and side effects by name."""

import numpy as np
import tensorflow as tf

VOCABULARY = ["red", "green", "blue"]


def tables():
    table = tf.contrib.lookup.index_table_from_tensor(
        mapping=tf.constant(VOCABULARY), num_oov_buckets=1, default_value=-1)
    back = tf.contrib.lookup.index_to_string_table_from_tensor(VOCABULARY, default_value="?")
    ids = table.lookup(tf.constant(["blue", "red", "pink"]))
    return ids, back.lookup(ids)


def columns(features):
    colour = tf.feature_column.categorical_column_with_vocabulary_list("colour", VOCABULARY)
    size = tf.feature_column.numeric_column("size")
    columns = [tf.feature_column.indicator_column(colour), size]
    return tf.feature_column.input_layer(features, columns)


def pipeline(count):
    dataset = tf.data.Dataset.range(count).map(lambda n: tf.cast(n, tf.float32), num_parallel_calls=2)
    dataset = dataset.apply(tf.contrib.data.batch_and_drop_remainder(4))
    iterator = dataset.make_initializable_iterator()
    return iterator.initializer, iterator.get_next()


def moments(x):
    mean, variance = tf.nn.moments(x, axes=[0], keep_dims=False)
    normalized = tf.nn.l2_normalize(x, dim=1)
    largest = tf.reduce_max(x, reduction_indices=[1], keep_dims=True)
    position = tf.argmin(x, dimension=0, output_type=tf.int32)
    return mean, variance, normalized, largest, position


def shapes(x):
    rows, columns = x.shape
    assert columns.value == 2 and x.get_shape()[1] == 2
    assert x.get_shape().ndims == 2 and int(columns) == 2
    return [dimension.value for dimension in x.shape]


def main():
    tf.reset_default_graph()
    ids, words = tables()
    dense = columns({"colour": tf.constant([["green"], ["red"]]), "size": tf.constant([[1.5], [2.0]])})
    start, batch = pipeline(10)
    x = tf.placeholder_with_default([[3.0, 4.0], [0.0, 1.0]], shape=[None, 2])
    assert shapes(x) == [None, 2]
    results = moments(x)
    doubled = tf.py_func(lambda a: a * 2, [x], tf.float32, stateful=False)
    shown = tf.Print(doubled, [tf.shape(doubled)], message="shape: ")
    picked = tf.where(tf.greater(x, 1.0), x, tf.zeros_like(x))
    counter = tf.Variable(0, trainable=False, name="counter")
    count = counter.assign_add(1)
    with tf.Session() as sess:
        sess.run([tf.global_variables_initializer(), tf.tables_initializer()])
        np.testing.assert_array_equal(sess.run(ids), [2, 0, 3])
        assert list(sess.run(words)) == [b"blue", b"red", b"?"]
        assert sess.run(dense).shape == (2, 4)
        start.run()
        got = [sess.run(batch) for _ in range(2)]
        assert [len(b) for b in got] == [4, 4]
        try:
            sess.run(batch)
        except tf.errors.OutOfRangeError:
            print("all read")
        np.testing.assert_allclose(sess.run(results[2])[0], [0.6, 0.8], rtol=1e-5)
        assert shown.eval()[0, 0] == 6.0
        assert picked.eval(session=sess).tolist() == [[3.0, 4.0], [0.0, 0.0]]
        count.op.run()
        assert sess.run("counter:0") == 1
        assert tf.get_default_graph().get_tensor_by_name("counter:0").shape == ()


if __name__ == "__main__":
    main()
