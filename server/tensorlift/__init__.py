"""Tensorlift moves TensorFlow 1 code to the TensorFlow of today."""

__version__ = "0.1.0"
