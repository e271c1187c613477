"""Records written with python_io, read back through queues, threads and a coordinator."""
import os
import shutil
import tempfile

import numpy as np
import tensorflow as tf

from tensorflow.python.platform import gfile


def _int64_feature(value):
    return tf.train.Feature(int64_list=tf.train.Int64List(value=[value]))


def _bytes_feature(value):
    return tf.train.Feature(bytes_list=tf.train.BytesList(value=[value]))


def write(path, count):
    with tf.python_io.TFRecordWriter(path) as writer:
        for index in range(count):
            pixels = np.full([4, 4, 1], index, np.uint8)
            example = tf.train.Example(features=tf.train.Features(feature={
                "label": _int64_feature(index % 2),
                "image": _bytes_feature(pixels.tobytes()),
            }))
            writer.write(example.SerializeToString())


def read_and_decode(filename_queue):
    reader = tf.TFRecordReader()
    _, serialized = reader.read(filename_queue)
    features = tf.parse_single_example(serialized, features={
        "label": tf.FixedLenFeature([], tf.int64),
        "image": tf.FixedLenFeature([], tf.string),
    })
    image = tf.decode_raw(features["image"], tf.uint8)
    image.set_shape([16])
    image = tf.reshape(image, [4, 4, 1])
    image = tf.image.resize_images(tf.to_float(image), [8, 8], method=tf.image.ResizeMethod.NEAREST_NEIGHBOR)
    image = tf.cast(image, tf.float32) * (1.0 / 255) - 0.5
    return image, tf.to_int32(features["label"])


def inputs(paths, batch_size, num_epochs):
    with tf.name_scope("input"):
        queue = tf.train.string_input_producer(paths, num_epochs=num_epochs, shuffle=True)
        image, label = read_and_decode(queue)
        return tf.train.shuffle_batch([image, label], batch_size=batch_size, num_threads=2,
                                      capacity=100, min_after_dequeue=10, allow_smaller_final_batch=True)


def main():
    folder = tempfile.mkdtemp()
    try:
        path = os.path.join(folder, "train.tfrecords")
        write(path, 40)
        assert gfile.Exists(path)
        assert sum(1 for _ in tf.python_io.tf_record_iterator(path)) == 40
        assert tf.gfile.Glob(os.path.join(folder, "*.tfrecords")) == [path]
        with tf.Graph().as_default():
            images, labels = inputs([path], 8, num_epochs=1)
            mean = tf.reduce_mean(images, axis=[1, 2, 3])
            init = tf.group(tf.global_variables_initializer(), tf.local_variables_initializer())
            sess = tf.Session()
            sess.run(init)
            coord = tf.train.Coordinator()
            threads = tf.train.start_queue_runners(sess=sess, coord=coord)
            seen = 0
            try:
                while not coord.should_stop():
                    values, found = sess.run([mean, labels])
                    indices = np.round((values + 0.5) * 255).astype(int)
                    assert (indices % 2 == found).all()
                    seen += len(found)
            except tf.errors.OutOfRangeError:
                print("read %d records" % seen)
            finally:
                coord.request_stop()
            coord.join(threads)
            sess.close()
        assert seen == 40
    finally:
        shutil.rmtree(folder)


if __name__ == '__main__':
    main()
