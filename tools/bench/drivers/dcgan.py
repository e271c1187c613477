"""carpedm20/DCGAN-tensorflow: its layers, its two networks on generated images."""

import numpy as np
import pytest
import tensorflow.compat.v1 as tf1
from PIL import Image


@pytest.fixture
def images(tmp_path):
    folder = tmp_path / "data" / "toy"
    folder.mkdir(parents=True)
    random = np.random.RandomState(3)
    for index in range(8):
        Image.fromarray(random.randint(0, 256, (20, 20, 3)).astype("uint8")).save(str(folder / f"{index}.jpg"))
    return tmp_path


def test_layers():
    import ops

    with tf1.Graph().as_default(), tf1.Session() as session:
        image = tf1.placeholder(tf1.float32, [3, 8, 8, 2])
        down = ops.lrelu(ops.conv2d(image, 5, name="down"))
        up = ops.deconv2d(down, [3, 8, 8, 2], name="up")
        flat = ops.linear(tf1.reshape(up, [3, -1]), 7, "flat")
        session.run(tf1.global_variables_initializer())
        assert session.run(flat, {image: np.ones([3, 8, 8, 2])}).shape == (3, 7)


def test_networks(images):
    from model import DCGAN

    with tf1.Graph().as_default(), tf1.Session() as session:
        gan = DCGAN(
            session,
            input_width=20,
            input_height=20,
            output_width=16,
            output_height=16,
            batch_size=4,
            sample_num=4,
            z_dim=6,
            gf_dim=4,
            df_dim=4,
            dataset_name="toy",
            input_fname_pattern="*.jpg",
            crop=True,
            checkpoint_dir=str(images / "checkpoints"),
            sample_dir=str(images / "samples"),
            out_dir=str(images),
            data_dir=str(images / "data"),
        )
        session.run(tf1.global_variables_initializer())
        drawn = session.run(gan.sampler, {gan.z: np.zeros([4, 6])})
        assert drawn.shape == (4, 16, 16, 3)
        assert np.isfinite(drawn).all()
