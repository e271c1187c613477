"""Names through every form of import and alias, before and after."""

from __future__ import annotations

from collections.abc import Callable
from textwrap import dedent

import pytest

CASES = {
    "import as": (
        "import tensorflow as tf\nx = tf.placeholder(tf.float32)\n",
        "import tensorflow as tf\nx = tf.compat.v1.placeholder(tf.float32)\n",
    ),
    "import": (
        "import tensorflow\nx = tensorflow.placeholder(tensorflow.float32)\n",
        "import tensorflow\nx = tensorflow.compat.v1.placeholder(tensorflow.float32)\n",
    ),
    "from import": (
        "from tensorflow import placeholder, float32\nx = placeholder(float32)\n",
        "from tensorflow import float32\nfrom tensorflow.compat.v1 import placeholder\nx = placeholder(float32)\n",
    ),
    "from import as": (
        "from tensorflow import log as logarithm\ny = logarithm(1.0)\n",
        "from tensorflow.math import log as logarithm\ny = logarithm(1.0)\n",
    ),
    "module alias": (
        "import tensorflow as tf\nlayers = tf.layers\ny = layers.dense(x, 3)\n",
        "import tensorflow as tf\nlayers = tf.compat.v1.layers\ny = layers.dense(x, 3)\n",
    ),
    "module that stays": (
        "import tensorflow as tf\nnn = tf.nn\ny = nn.dropout(tf.placeholder(tf.float32), keep_prob=0.5)\n",
        "import tensorflow as tf\nnn = tf.nn\ny = nn.dropout(tf.compat.v1.placeholder(tf.float32), rate=1 - 0.5)\n",
    ),
    "function alias": (
        "import tensorflow as tf\nconv = tf.nn.conv2d\ntf.Session()\n"
        "y = conv(x, filter=w, strides=1, padding='SAME')\n",
        "import tensorflow as tf\nconv = tf.compat.v1.nn.conv2d\ntf.compat.v1.Session()\n"
        "y = conv(x, filter=w, strides=1, padding='SAME')\n",
    ),
    "partial": (
        "import functools\nimport tensorflow as tf\ntf.Session()\n"
        "drop = functools.partial(tf.nn.dropout, keep_prob=0.5)\n",
        "import functools\nimport tensorflow as tf\ntf.compat.v1.Session()\n"
        "drop = functools.partial(tf.compat.v1.nn.dropout, keep_prob=0.5)\n",
    ),
    "attribute of self": (
        "import tensorflow as tf\nclass A:\n    def __init__(self):\n        self.tf = tf\n"
        "    def f(self):\n        return self.tf.Session()\n",
        "import tensorflow as tf\nclass A:\n    def __init__(self):\n        self.tf = tf\n"
        "    def f(self):\n        return self.tf.compat.v1.Session()\n",
    ),
    "default argument": (
        "import tensorflow as tf\ndef f(init=tf.truncated_normal_initializer):\n    return init()\n",
        "import tensorflow as tf\ndef f(init=tf.compat.v1.truncated_normal_initializer):\n    return init()\n",
    ),
    "in a function": (
        "def f():\n    import tensorflow as tf\n    return tf.Session()\n",
        "def f():\n    import tensorflow as tf\n    return tf.compat.v1.Session()\n",
    ),
    "in try": (
        "try:\n    import tensorflow as tf\nexcept ImportError:\n    tf = None\ns = tf.Session()\n",
        "try:\n    import tensorflow as tf\nexcept ImportError:\n    tf = None\ns = tf.compat.v1.Session()\n",
    ),
    "compat.v1 already": (
        "import tensorflow.compat.v1 as tf\ntf.disable_v2_behavior()\ns = tf.Session()\n",
        "import tensorflow.compat.v1 as tf\ntf.disable_v2_behavior()\ns = tf.Session()\n",
    ),
    "slim from contrib": (
        "from tensorflow.contrib import slim\nnet = slim.conv2d(x, 3, 3)\n",
        "import tf_slim as slim\nnet = slim.conv2d(x, 3, 3)\n",
    ),
    "slim imported as": (
        "import tensorflow.contrib.slim as slim\nnet = slim.conv2d(x, 3, 3)\n",
        "import tf_slim as slim\nnet = slim.conv2d(x, 3, 3)\n",
    ),
    "slim by assignment": (
        "import tensorflow as tf\nslim = tf.contrib.slim\nnet = slim.conv2d(x, 3, 3)\n",
        "import tensorflow as tf\nimport tf_slim as slim\nnet = slim.conv2d(x, 3, 3)\n",
    ),
    "slim written out": (
        "import tensorflow as tf\nnet = tf.contrib.slim.conv2d(x, 3, 3)\n",
        "import tensorflow as tf\nimport tf_slim\nnet = tf_slim.conv2d(x, 3, 3)\n",
    ),
    "submodule import": (
        "import tensorflow.contrib.slim\nnet = tensorflow.contrib.slim.conv2d(x, 3, 3)\n",
        "import tensorflow\nimport tf_slim\nnet = tf_slim.conv2d(x, 3, 3)\n",
    ),
    "several from one statement": (
        "from tensorflow.contrib import slim, rnn\ncell = rnn.BasicLSTMCell(3)\nnet = slim.conv2d(x, 3, 3)\n",
        "import tf_slim as slim\nfrom tensorflow.compat.v1.nn import rnn_cell as rnn\n"
        "cell = rnn.BasicLSTMCell(3)\nnet = slim.conv2d(x, 3, 3)\n",
    ),
    "star of contrib": (
        "from tensorflow.contrib.slim import *\nnet = conv2d(x, 3, 3)\n",
        "from tf_slim import conv2d\nnet = conv2d(x, 3, 3)\n",
    ),
    "getattr": (
        'import tensorflow as tf\ns = getattr(tf, "Session")()\n',
        "import tensorflow as tf\ns = tf.compat.v1.Session()\n",
    ),
    "broken over lines": (
        "import tensorflow as tf\nx = (tf\n     .placeholder(tf.float32))\n",
        "import tensorflow as tf\nx = (tf\n     .compat.v1.placeholder(tf.float32))\n",
    ),
    "something else called tf": (
        "import terraform as tf\nx = tf.placeholder()\n",
        "import terraform as tf\nx = tf.placeholder()\n",
    ),
    "a parameter called tf": (
        "import tensorflow\ndef f(tf):\n    return tf.Session()\n",
        "import tensorflow\ndef f(tf):\n    return tf.Session()\n",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_names(case: str, migrate: Callable[..., str]) -> None:
    before, after = CASES[case]
    assert migrate(before) == after


@pytest.mark.parametrize("case", CASES)
def test_a_second_run_changes_nothing(case: str, migrate: Callable[..., str]) -> None:
    after = CASES[case][1]
    assert migrate(after) == after


def test_names_of_another_module_of_the_program(project: object, migrate: Callable[..., str]) -> None:
    from pathlib import Path

    Path("common.py").write_text("import tensorflow as tf\nslim = tf.contrib.slim\n")
    assert migrate("from common import tf, slim\ns = tf.Session()\nnet = slim.conv2d(x, 3, 3)\n") == dedent(
        """\
        from common import tf
        import tf_slim as slim
        s = tf.compat.v1.Session()
        net = slim.conv2d(x, 3, 3)
        """
    )


def test_code_that_is_right_gives_nothing(check: Callable[..., list[dict[str, object]]]) -> None:
    assert (
        check(
            """\
            import tensorflow as tf

            @tf.function
            def step(x, w):
                with tf.GradientTape() as tape:
                    loss = tf.reduce_mean(tf.nn.softmax_cross_entropy_with_logits(labels=x, logits=x))
                return tf.Variable(tf.zeros([2])), tape.gradient(loss, w)
            tf.compat.v1.logging.set_verbosity("ERROR")
            model = tf.keras.Sequential([tf.keras.layers.Dense(3)])
            model.compile(tf.keras.optimizers.Adam(1e-3), loss=tf.losses.MeanSquaredError())
            tf.summary.scalar("loss", 1.0, step=1)
            """
        )
        == []
    )


def test_comments_inside_an_import_statement_stay(migrate: Callable[..., str]) -> None:
    before = dedent(
        """\
        from tensorflow import (  # names of old
            placeholder,  # an input
            # numbers
            log as logarithm,
        )
        y = logarithm(placeholder("float32"))
        """
    )
    assert migrate(before) == dedent(
        """\
        # names of old
        from tensorflow.compat.v1 import placeholder  # an input
        # numbers
        from tensorflow.math import log as logarithm
        y = logarithm(placeholder("float32"))
        """
    )
