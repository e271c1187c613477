"""The ceiling: what passes when ``import tensorflow`` itself gives TensorFlow 1's names, without touching the code.

``install()`` puts ``tensorflow.compat.v1`` in the place of ``tensorflow`` and answers for those parts of
``tf.contrib`` that live on in tf_slim, tensorflow_probability or the core. It is a measuring device, not a way to run
programs: a migration can do better (it may bring definitions of its own) and worse.
"""

import importlib
import importlib.abc
import importlib.machinery
import os
import sys
import types

NOT_THERE = object()


class Joined(types.ModuleType):
    """A module whose names are looked up in other modules, in order."""

    def __init__(self, name, sources=(), **names):
        super().__init__(name)
        self.__path__ = []
        self.__dict__["_sources"] = sources
        self.__dict__.update(names)

    def __getattr__(self, name):
        if not name.startswith("__"):
            for source in self._sources:
                source = importlib.import_module(source) if isinstance(source, str) else source
                found = getattr(source, name, NOT_THERE)
                if found is not NOT_THERE:
                    setattr(self, name, found)
                    return found
        raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")


class Parameters:
    """Named values of a program, as ``tf.contrib.training.HParams`` held them; the parts that tests touch."""

    def __init__(self, **values):
        self.__dict__.update(values)

    def add_hparam(self, name, value):
        if name in self.__dict__:
            raise ValueError(f"there is a parameter {name} already")
        self.__dict__[name] = value

    def set_hparam(self, name, value):
        if name not in self.__dict__:
            raise ValueError(f"there is no parameter {name}")
        self.__dict__[name] = value

    def override_from_dict(self, values):
        self.__dict__.update(values)
        return self

    def parse(self, text):
        for pair in filter(None, text.split(",")):
            name, value = pair.split("=")
            self.__dict__[name] = type(self.__dict__[name])(value)
        return self

    def get(self, name, default=None):
        return self.__dict__.get(name, default)

    def values(self):
        return dict(self.__dict__)

    def to_json(self, indent=None, separators=None, sort_keys=False):
        import json

        return json.dumps(self.__dict__, indent=indent, separators=separators, sort_keys=sort_keys)

    def __contains__(self, name):
        return name in self.__dict__


def _contrib(real, v1):
    """The packages of tf.contrib that have a home today."""
    cells = v1.nn.rnn_cell

    def package(name, *sources, **names):
        return Joined(f"tensorflow.contrib.{name}".rstrip("."), sources, **names)

    slim = "tf_slim"
    parts = {
        "slim": importlib.import_module(slim),
        "layers": package("layers", "tf_slim.layers", slim),
        "framework": package(
            "framework", slim, "tf_slim.ops.variables", v1.train, is_tensor=v1.is_tensor, nest=v1.nest
        ),
        "rnn": package("rnn", cells, v1.nn),
        "training": package("training", "tf_slim.training", v1.train, HParams=Parameters),
        "distributions": package("distributions", "tensorflow_probability.python.distributions", v1.distributions),
        "data": package("data", v1.data.experimental),
        "lookup": package("lookup", v1.lookup, "tensorflow.python.ops.lookup_ops"),
        "image": package("image", v1.image),
        "losses": package("losses", "tf_slim.losses", v1.losses),
        "metrics": package("metrics", "tf_slim.metrics", v1.metrics),
        "opt": package("opt", v1.train),
        "summary": package("summary", real.summary),
        "eager": package("eager", real, v1),
        "util": package("util", v1, make_tensor_proto=v1.make_tensor_proto, constant_value=v1.get_static_value),
        "quantization": package("quantization", v1.quantization),
        "stateless": package("stateless", v1.random),
    }
    estimator = getattr(v1, "estimator", None)
    modes = types.SimpleNamespace(TRAIN="train", EVAL="eval", INFER="infer")
    learn = Joined("tensorflow.contrib.learn", (estimator,) if estimator else (), ModeKeys=modes)
    parts["learn"] = learn
    if estimator is not None:
        parts["estimator"] = package("estimator", estimator)
        parts["tpu"] = package("tpu", estimator.tpu, v1.tpu)
    else:
        parts["tpu"] = package("tpu", v1.tpu)
    return package("", **parts)


class _Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Imports of tensorflow.contrib and what is below it."""

    def __init__(self, contrib):
        self._contrib = contrib

    def find_spec(self, name, path=None, target=None):
        if name.split(".")[:2] != ["tensorflow", "contrib"]:
            return None
        found = self._contrib
        for part in name.split(".")[2:]:
            found = getattr(found, part, None)
        if not isinstance(found, types.ModuleType):
            return None
        spec = importlib.machinery.ModuleSpec(name, self, is_package=True)
        spec.loader_state = found
        return spec

    def create_module(self, spec):
        return None

    def exec_module(self, module):
        sys.modules[module.__name__] = module.__spec__.loader_state


def install():
    """Make ``import tensorflow`` give TensorFlow 1's names in this process."""
    os.environ.setdefault("TF_USE_LEGACY_KERAS", "1")
    import tensorflow as real
    import tensorflow.compat.v1 as v1

    v1.disable_v2_behavior()
    from tensorflow.python.framework import ops
    from tensorflow.python.util import nest

    if not hasattr(ops, "Tensor"):  # tf_slim 1.1 reads it there
        ops.Tensor = real.Tensor
    if not hasattr(nest, "is_sequence"):
        nest.is_sequence = nest.is_nested
    try:
        import tensorflow_probability

        tensorflow_probability.distributions.Normal  # noqa: B018  (it checks TensorFlow's version when first used)
    except ImportError:
        pass
    contrib = _contrib(real, v1)
    below = {name: getattr(real, name) for name in ("python", "core", "compat", "tools") if hasattr(real, name)}
    module = Joined("tensorflow", (v1,), contrib=contrib, __version__="1.15.5", **below)
    module.__path__ = list(real.__path__)
    module.__file__ = real.__file__
    module.__spec__ = real.__spec__
    sys.modules["tensorflow"] = module
    sys.meta_path.insert(0, _Finder(contrib))
