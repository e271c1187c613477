"""tf.keras of 2018 inside a session program: old argument names, generators, backend sessions, callbacks."""
import numpy as np
import tensorflow as tf
from tensorflow import keras
from tensorflow.keras import backend as K
from tensorflow.python.keras.layers import Dense, Dropout, Flatten  # noqa: F401
from tensorflow.keras.layers import BatchNormalization, Input
from tensorflow.keras.models import Model, Sequential


def batches(x, y, size):
    while True:
        for at in range(0, len(x), size):
            yield x[at:at + size], y[at:at + size]


def build(width):
    model = Sequential()
    model.add(keras.layers.Dense(width, input_shape=(6,), activation=tf.nn.relu))
    model.add(BatchNormalization())
    model.add(keras.layers.Dropout(0.25))
    model.add(keras.layers.Dense(2, activation="softmax"))
    model.compile(loss="categorical_crossentropy", optimizer=keras.optimizers.Adam(lr=0.01), metrics=["accuracy"])
    return model


def main():
    config = tf.ConfigProto(intra_op_parallelism_threads=1)
    K.set_session(tf.Session(config=config))
    random = np.random.RandomState(0)
    x = random.rand(80, 6).astype(np.float32)
    y = keras.utils.to_categorical(x[:, 0] > 0.5, 2)
    model = build(16)
    history = model.fit_generator(batches(x, y, 20), steps_per_epoch=4, epochs=3, verbose=0,
                                  callbacks=[keras.callbacks.ReduceLROnPlateau(monitor="loss", patience=1)])
    assert len(history.history["loss"]) == 3
    accuracy = history.history.get("acc") or history.history["accuracy"]
    assert 0 <= accuracy[-1] <= 1

    inputs = Input(shape=(6,))
    outputs = model(inputs)
    scaled = keras.layers.Lambda(lambda t: tf.multiply(t, 2.0))(outputs)
    doubled = Model(inputs=inputs, outputs=scaled)
    np.testing.assert_allclose(doubled.predict(x[:4]).sum(axis=1), 2 * np.ones(4), rtol=1e-4)

    gradient = tf.gradients(model.output, model.input)[0]
    with K.get_session().as_default() as sess:
        value = sess.run(gradient, {model.input: x[:2], K.learning_phase(): 0})
    assert value.shape == (2, 6)
    K.clear_session()
    print("done")


if __name__ == "__main__":
    main()
