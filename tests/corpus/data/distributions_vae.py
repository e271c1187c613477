"""A variational autoencoder on tf.contrib.distributions, with aliases and partial applications of TensorFlow functions."""
import functools

import numpy as np
import tensorflow as tf

tfd = tf.contrib.distributions
layers = tf.contrib.layers
softplus = tf.nn.softplus
dense = functools.partial(tf.layers.dense, activation=tf.nn.elu)
drop = functools.partial(tf.nn.dropout, keep_prob=0.9)
total = tf.reduce_sum


def make_encoder(data, code_size):
    x = tf.layers.flatten(data)
    x = drop(dense(x, 32))
    loc = tf.layers.dense(x, code_size)
    scale = softplus(tf.layers.dense(x, code_size)) + 1e-3
    return tfd.MultivariateNormalDiag(loc, scale)


def make_prior(code_size):
    return tfd.MultivariateNormalDiag(loc=tf.zeros(code_size), scale_diag=tf.ones(code_size))


def make_decoder(code, data_shape):
    x = dense(code, 32)
    logit = tf.layers.dense(x, np.prod(data_shape))
    logit = tf.reshape(logit, [-1] + list(data_shape))
    return tfd.Independent(tfd.Bernoulli(logits=logit), 2)


def main():
    tf.set_random_seed(11)
    encoder, decoder = (tf.make_template(name, function) for name, function in
                        [("encoder", make_encoder), ("decoder", make_decoder)])
    data = tf.placeholder(tf.float32, [None, 6, 6])
    prior = make_prior(code_size=2)
    posterior = encoder(data, code_size=2)
    code = posterior.sample()
    likelihood = decoder(code, [6, 6]).log_prob(data)
    divergence = tfd.kl_divergence(posterior, prior)
    bound = tf.reduce_mean(likelihood - divergence)
    weights = total([total(tf.square(v)) for v in tf.trainable_variables()])
    optimize = tf.train.AdamOptimizer(0.01).minimize(-bound + 1e-4 * weights)
    samples = decoder(prior.sample(5), [6, 6]).mean()

    images = np.zeros([40, 6, 6], np.float32)
    images[:20, :3], images[20:, 3:] = 1, 1
    with tf.train.MonitoredSession() as sess:
        before = sess.run(bound, {data: images})
        for _ in range(60):
            sess.run(optimize, feed_dict={data: images})
        after, drawn = sess.run([bound, samples], {data: images})
    print("bound %.2f -> %.2f" % (before, after))
    assert after > before
    assert drawn.shape == (5, 6, 6)


if __name__ == "__main__":
    main()
