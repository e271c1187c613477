"""openai/gpt-2: a tiny transformer's logits, its cache of past keys, and a sampled sequence."""

import numpy as np
import tensorflow.compat.v1 as tf1


def small():
    import model

    parameters = model.default_hparams()
    parameters.override_from_dict({"n_vocab": 11, "n_ctx": 16, "n_embd": 8, "n_head": 2, "n_layer": 2})
    return parameters


def test_hparams():
    parameters = small()
    assert parameters.n_vocab == 11
    assert parameters.values()["n_layer"] == 2


def test_logits_with_cache_agree():
    import model

    with tf1.Graph().as_default(), tf1.Session() as session:
        tokens = tf1.placeholder(tf1.int32, [2, None])
        past = tf1.placeholder(tf1.float32, model.past_shape(hparams=small(), batch_size=2))
        whole = model.model(hparams=small(), X=tokens)
        rest = model.model(hparams=small(), X=tokens, past=past, reuse=tf1.AUTO_REUSE)
        session.run(tf1.global_variables_initializer())
        text = np.arange(10).reshape(2, 5)
        expected = session.run(whole["logits"], {tokens: text})
        cache = session.run(whole["present"], {tokens: text[:, :3]})
        assert expected.shape == (2, 5, 11)
        found = session.run(rest["logits"], {tokens: text[:, 3:], past: cache})
        np.testing.assert_allclose(found, expected[:, 3:], rtol=1e-4, atol=1e-5)


def test_sample():
    import sample

    with tf1.Graph().as_default(), tf1.Session() as session:
        drawn = sample.sample_sequence(
            hparams=small(), length=6, start_token=0, batch_size=1, temperature=1, top_k=4, top_p=0.9
        )
        session.run(tf1.global_variables_initializer())
        assert session.run(drawn).shape == (1, 7)
