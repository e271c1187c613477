"""Kinds of values: what calling an endpoint gives, and what the attributes and methods of a value are.

A kind is the canonical name of a TensorFlow 1 class. The tables say only what is needed to know methods and shapes; what
they do not say follows the two rules at the end of ``result_of``.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

TENSOR: Final = "tf.Tensor"
VARIABLE: Final = "tf.Variable"
SHAPE: Final = "tf.TensorShape"
DIMENSION: Final = "tf.Dimension"
DATASET: Final = "tf.data.Dataset"
ITERATOR: Final = "tf.data.Iterator"
OPERATION: Final = "tf.Operation"
GRAPH: Final = "tf.Graph"
SESSION: Final = "tf.Session"
MODEL: Final = "tf.keras.Model"

# Endpoint -> kind of what a call gives. "*kind": many of them. "" : nothing that we follow.
RESULTS: Final[dict[str, str]] = {
    "tf.get_variable": VARIABLE,
    "tf.contrib.framework.get_or_create_global_step": VARIABLE,
    "tf.contrib.framework.create_global_step": VARIABLE,
    "tf.contrib.framework.get_global_step": VARIABLE,
    "tf.train.get_or_create_global_step": VARIABLE,
    "tf.train.create_global_step": VARIABLE,
    "tf.train.get_global_step": VARIABLE,
    "tf.contrib.slim.get_or_create_global_step": VARIABLE,
    "tf.contrib.slim.create_global_step": VARIABLE,
    "tf.contrib.slim.variable": VARIABLE,
    "tf.contrib.slim.model_variable": VARIABLE,
    "tf.contrib.framework.variable": VARIABLE,
    "tf.contrib.framework.model_variable": VARIABLE,
    "tf.get_default_graph": GRAPH,
    "tf.get_default_session": SESSION,
    "tf.keras.backend.get_session": SESSION,
    "tf.get_variable_scope": "tf.VariableScope",
    "tf.variable_scope": "tf.VariableScope",
    "tf.variable_op_scope": "tf.VariableScope",
    "tf.name_scope": "",
    "tf.op_scope": "",
    "tf.device": "",
    "tf.control_dependencies": "",
    "tf.colocate_with": "",
    "tf.group": OPERATION,
    "tf.no_op": OPERATION,
    "tf.global_variables_initializer": OPERATION,
    "tf.local_variables_initializer": OPERATION,
    "tf.initialize_all_variables": OPERATION,
    "tf.initialize_local_variables": OPERATION,
    "tf.initialize_variables": OPERATION,
    "tf.variables_initializer": OPERATION,
    "tf.tables_initializer": OPERATION,
    "tf.global_variables": "*" + VARIABLE,
    "tf.local_variables": "*" + VARIABLE,
    "tf.trainable_variables": "*" + VARIABLE,
    "tf.model_variables": "*" + VARIABLE,
    "tf.moving_average_variables": "*" + VARIABLE,
    "tf.all_variables": "*" + VARIABLE,
    "tf.contrib.framework.get_variables": "*" + VARIABLE,
    "tf.contrib.framework.get_variables_to_restore": "*" + VARIABLE,
    "tf.contrib.framework.get_model_variables": "*" + VARIABLE,
    "tf.contrib.framework.get_trainable_variables": "*" + VARIABLE,
    "tf.contrib.slim.get_variables": "*" + VARIABLE,
    "tf.contrib.slim.get_variables_to_restore": "*" + VARIABLE,
    "tf.contrib.slim.get_model_variables": "*" + VARIABLE,
    "tf.contrib.slim.get_trainable_variables": "*" + VARIABLE,
    "tf.gradients": "*" + TENSOR,
    "tf.hessians": "*" + TENSOR,
    "tf.split": "*" + TENSOR,
    "tf.unstack": "*" + TENSOR,
    "tf.unpack": "*" + TENSOR,
    "tf.meshgrid": "*" + TENSOR,
    "tf.dynamic_partition": "*" + TENSOR,
    "tf.get_collection": "",
    "tf.get_collection_ref": "",
    "tf.get_seed": "",
    "tf.py_func": "",
    "tf.cond": "",
    "tf.case": "",
    "tf.while_loop": "",
    "tf.map_fn": "",
    "tf.scan": "",
    "tf.foldl": "",
    "tf.foldr": "",
    "tf.tuple": "",
    "tf.meta_graph_transform": "",
    "tf.nn.dynamic_rnn": "",
    "tf.nn.static_rnn": "",
    "tf.nn.raw_rnn": "",
    "tf.nn.bidirectional_dynamic_rnn": "",
    "tf.nn.moments": "",
    "tf.nn.weighted_moments": "",
    "tf.nn.sufficient_statistics": "",
    "tf.nn.top_k": "",
    "tf.nn.fused_batch_norm": "",
    "tf.nn.ctc_greedy_decoder": "",
    "tf.nn.ctc_beam_search_decoder": "",
    "tf.nn.fixed_unigram_candidate_sampler": "",
    "tf.nn.learned_unigram_candidate_sampler": "",
    "tf.nn.log_uniform_candidate_sampler": "",
    "tf.nn.uniform_candidate_sampler": "",
    "tf.nn.all_candidate_sampler": "",
    "tf.nn.rnn_cell.MultiRNNCell": "tf.nn.rnn_cell.MultiRNNCell",
    "tf.unique": "",
    "tf.unique_with_counts": "",
    "tf.setdiff1d": "",
    "tf.svd": "",
    "tf.linalg.svd": "",
    "tf.linalg.eigh": "",
    "tf.self_adjoint_eig": "",
    "tf.qr": "",
    "tf.linalg.qr": "",
    "tf.parse_example": "",
    "tf.parse_single_example": "",
    "tf.parse_single_sequence_example": "",
    "tf.io.parse_example": "",
    "tf.io.parse_single_example": "",
    "tf.io.parse_single_sequence_example": "",
    "tf.clip_by_global_norm": "",
    "tf.required_space_to_batch_paddings": "",
    "tf.broadcast_static_shape": SHAPE,
    "tf.as_dtype": "tf.DType",
    "tf.import_graph_def": "",
    "tf.load_op_library": "",
    "tf.load_file_system_library": "",
    "tf.register_tensor_conversion_function": "",
    "tf.add_to_collection": "",
    "tf.add_to_collections": "",
    "tf.set_random_seed": "",
    "tf.reset_default_graph": "",
    "tf.enable_eager_execution": "",
    "tf.disable_eager_execution": "",
    "tf.executing_eagerly": "",
    "tf.is_tensor": "",
    "tf.container": "",
    "tf.init_scope": "",
    "tf.make_template": "",
    "tf.custom_gradient": "",
    "tf.function": "",
    "tf.fixed_size_partitioner": "",
    "tf.min_max_variable_partitioner": "",
    "tf.variable_axis_size_partitioner": "",
    "tf.no_regularizer": "",
    "tf.no_gradient": "",
    "tf.global_norm": TENSOR,
    "tf.assign": TENSOR,
    "tf.wrap_function": "",
    "tf.numpy_function": "",
    "tf.py_function": "",
    "tf.random_uniform_initializer": "tf.random_uniform_initializer",
    "tf.random_normal_initializer": "tf.random_normal_initializer",
    "tf.truncated_normal_initializer": "tf.truncated_normal_initializer",
    "tf.constant_initializer": "tf.constant_initializer",
    "tf.zeros_initializer": "tf.zeros_initializer",
    "tf.ones_initializer": "tf.ones_initializer",
    "tf.orthogonal_initializer": "tf.orthogonal_initializer",
    "tf.uniform_unit_scaling_initializer": "tf.uniform_unit_scaling_initializer",
    "tf.variance_scaling_initializer": "tf.variance_scaling_initializer",
    "tf.glorot_uniform_initializer": "tf.glorot_uniform_initializer",
    "tf.glorot_normal_initializer": "tf.glorot_normal_initializer",
    "tf.sparse_placeholder": "tf.SparseTensor",
    "tf.train.MonitoredTrainingSession": "tf.train.MonitoredSession",
    "tf.train.latest_checkpoint": "",
    "tf.train.start_queue_runners": "",
    "tf.train.batch": "",
    "tf.train.batch_join": "",
    "tf.train.shuffle_batch": "",
    "tf.train.shuffle_batch_join": "",
    "tf.train.maybe_batch": "",
    "tf.train.slice_input_producer": "",
    "tf.train.string_input_producer": "tf.FIFOQueue",
    "tf.train.input_producer": "tf.FIFOQueue",
    "tf.train.range_input_producer": "tf.FIFOQueue",
    "tf.train.match_filenames_once": VARIABLE,
    "tf.train.limit_epochs": TENSOR,
    "tf.train.get_checkpoint_state": "tf.train.CheckpointState",
    "tf.train.load_checkpoint": "tf.train.CheckpointReader",
    "tf.train.NewCheckpointReader": "tf.train.CheckpointReader",
    "tf.train.import_meta_graph": "tf.train.Saver",
    "tf.train.exponential_decay": TENSOR,
    "tf.train.piecewise_constant": TENSOR,
    "tf.train.polynomial_decay": TENSOR,
    "tf.train.natural_exp_decay": TENSOR,
    "tf.train.inverse_time_decay": TENSOR,
    "tf.train.cosine_decay": TENSOR,
    "tf.train.cosine_decay_restarts": TENSOR,
    "tf.train.linear_cosine_decay": TENSOR,
    "tf.train.noisy_linear_cosine_decay": TENSOR,
    "tf.train.replica_device_setter": "",
    "tf.train.SummaryWriter": "tf.summary.FileWriter",
    "tf.summary.scalar": TENSOR,
    "tf.summary.histogram": TENSOR,
    "tf.summary.image": TENSOR,
    "tf.summary.audio": TENSOR,
    "tf.summary.text": TENSOR,
    "tf.summary.merge": TENSOR,
    "tf.summary.merge_all": TENSOR,
    "tf.data.make_one_shot_iterator": ITERATOR,
    "tf.data.make_initializable_iterator": ITERATOR,
    "tf.data.TFRecordDataset": DATASET,
    "tf.data.TextLineDataset": DATASET,
    "tf.data.FixedLengthRecordDataset": DATASET,
    "tf.data.Dataset.from_tensors": DATASET,
    "tf.data.Dataset.from_tensor_slices": DATASET,
    "tf.data.Dataset.from_sparse_tensor_slices": DATASET,
    "tf.data.Dataset.from_generator": DATASET,
    "tf.data.Dataset.range": DATASET,
    "tf.data.Dataset.list_files": DATASET,
    "tf.data.Dataset.zip": DATASET,
    "tf.data.Iterator.from_structure": ITERATOR,
    "tf.data.Iterator.from_string_handle": ITERATOR,
    "tf.contrib.data.sample_from_datasets": DATASET,
    "tf.contrib.data.choose_from_datasets": DATASET,
    "tf.contrib.data.make_csv_dataset": DATASET,
    "tf.data.experimental.sample_from_datasets": DATASET,
    "tf.data.experimental.choose_from_datasets": DATASET,
    "tf.data.experimental.make_csv_dataset": DATASET,
    "tf.keras.Input": TENSOR,
    "tf.keras.layers.Input": TENSOR,
    "tf.keras.models.load_model": MODEL,
    "tf.keras.models.model_from_json": MODEL,
    "tf.keras.models.model_from_yaml": MODEL,
    "tf.keras.models.clone_model": MODEL,
    "tf.keras.estimator.model_to_estimator": "tf.estimator.Estimator",
    "keras.Input": TENSOR,
    "keras.layers.Input": TENSOR,
    "keras.models.load_model": "keras.Model",
    "keras.models.model_from_json": "keras.Model",
    "keras.models.model_from_yaml": "keras.Model",
    "tf.estimator.train_and_evaluate": "",
    "tf.ConfigProto": "tf.ConfigProto",
    "tf.contrib.learn.RunConfig": "tf.contrib.learn.RunConfig",
    "tf.contrib.training.HParams": "tf.contrib.training.HParams",
    "tf.flags.FlagValues": "tf.flags.FlagValues",
}

# Modules whose lower-case functions make a tensor out of what they are given, unless RESULTS says otherwise.
_OP_MODULES: Final = frozenset(
    {
        "tf",
        "tf.nn",
        "tf.math",
        "tf.layers",
        "tf.losses",
        "tf.image",
        "tf.strings",
        "tf.linalg",
        "tf.random",
        "tf.signal",
        "tf.spectral",
        "tf.sparse",
        "tf.bitwise",
        "tf.dtypes",
        "tf.manip",
        "tf.raw_ops",
        "tf.contrib.layers",
        "tf.contrib.slim",
    }
)

# Lower-case leaves in those modules that give no tensor (predicates, settings, scopes, decorators, several values ...).
_NO_TENSOR: Final = frozenset(
    {
        "arg_scope",
        "compat",
        "deprecated",
        "embed_sequence_encoder",
        "get_losses",
        "add_loss",
        "l1_regularizer",
        "l2_regularizer",
        "l1_l2_regularizer",
        "sum_regularizer",
        "apply_regularization",
        "xavier_initializer",
        "xavier_initializer_conv2d",
        "variance_scaling_initializer",
        "summarize_tensor",
        "summarize_tensors",
        "summarize_collection",
        "summarize_activations",
        "optimize_loss",
        "get_from_proto_function",
        "shape_n",
        "parse_tensor_type",
        "real_valued_column",
        "sparse_column_with_keys",
        "sparse_column_with_hash_bucket",
        "sparse_column_with_integerized_feature",
        "sparse_column_with_vocabulary_file",
        "embedding_column",
        "one_hot_column",
        "crossed_column",
        "bucketized_column",
        "weighted_sparse_column",
        "scattered_embedding_column",
        "create_feature_spec_for_parsing",
        "evaluation",
        "learning",
        "assert_or_get_global_step",
        "assign_from_checkpoint",
        "assign_from_checkpoint_fn",
        "assign_from_values",
        "assign_from_values_fn",
        "get_unique_variable",
        "filter_variables",
        "experimental_sampler",
    }
)

# (kind, attribute) -> kind of the attribute.
ATTRIBUTES: Final[dict[tuple[str, str], str]] = {
    (TENSOR, "shape"): SHAPE,
    (TENSOR, "graph"): GRAPH,
    (TENSOR, "op"): OPERATION,
    (TENSOR, "dtype"): "tf.DType",
    (VARIABLE, "shape"): SHAPE,
    (VARIABLE, "graph"): GRAPH,
    (VARIABLE, "op"): OPERATION,
    (VARIABLE, "dtype"): "tf.DType",
    (VARIABLE, "initializer"): OPERATION,
    ("tf.SparseTensor", "shape"): SHAPE,
    ("tf.SparseTensor", "values"): TENSOR,
    ("tf.SparseTensor", "indices"): TENSOR,
    ("tf.SparseTensor", "dense_shape"): TENSOR,
    (SHAPE, "dims"): "*" + DIMENSION,
    (SESSION, "graph"): GRAPH,
    ("tf.InteractiveSession", "graph"): GRAPH,
    ("tf.train.MonitoredSession", "graph"): GRAPH,
    (OPERATION, "graph"): GRAPH,
    (OPERATION, "outputs"): "*" + TENSOR,
    (OPERATION, "inputs"): "*" + TENSOR,
    (ITERATOR, "initializer"): OPERATION,
    (MODEL, "optimizer"): "tf.keras.optimizers.Optimizer",
    (MODEL, "inputs"): "*" + TENSOR,
    (MODEL, "outputs"): "*" + TENSOR,
    (MODEL, "layers"): "*tf.keras.layers.Layer",
}

# (kind, method) -> kind of what a call gives.
METHODS: Final[dict[tuple[str, str], str]] = {
    (TENSOR, "get_shape"): SHAPE,
    (VARIABLE, "get_shape"): SHAPE,
    ("tf.SparseTensor", "get_shape"): SHAPE,
    (VARIABLE, "value"): TENSOR,
    (VARIABLE, "read_value"): TENSOR,
    (VARIABLE, "initialized_value"): TENSOR,
    (VARIABLE, "assign"): TENSOR,
    (VARIABLE, "assign_add"): TENSOR,
    (VARIABLE, "assign_sub"): TENSOR,
    (SHAPE, "with_rank"): SHAPE,
    (SHAPE, "with_rank_at_least"): SHAPE,
    (SHAPE, "with_rank_at_most"): SHAPE,
    (SHAPE, "merge_with"): SHAPE,
    (SHAPE, "concatenate"): SHAPE,
    (DIMENSION, "merge_with"): DIMENSION,
    (ITERATOR, "make_initializer"): OPERATION,
    (ITERATOR, "string_handle"): TENSOR,
    (GRAPH, "as_default"): GRAPH,
    (GRAPH, "get_tensor_by_name"): TENSOR,
    (GRAPH, "get_operation_by_name"): OPERATION,
    (GRAPH, "get_operations"): "*" + OPERATION,
    (SESSION, "as_default"): SESSION,
    ("tf.Supervisor", "managed_session"): SESSION,
    ("tf.train.Supervisor", "managed_session"): SESSION,
    ("tf.train.Supervisor", "prepare_or_wait_for_session"): SESSION,
    ("tf.train.SessionManager", "prepare_session"): SESSION,
    ("tf.FIFOQueue", "enqueue"): OPERATION,
    ("tf.FIFOQueue", "enqueue_many"): OPERATION,
}

_DATASET_METHODS: Final = [
    "apply",
    "batch",
    "cache",
    "concatenate",
    "enumerate",
    "filter",
    "flat_map",
    "from_generator",
    "interleave",
    "map",
    "padded_batch",
    "prefetch",
    "repeat",
    "shard",
    "shuffle",
    "skip",
    "take",
    "with_options",
    "window",
    "unbatch",
]
for _name in _DATASET_METHODS:
    METHODS[DATASET, _name] = DATASET
METHODS[DATASET, "make_one_shot_iterator"] = ITERATOR
METHODS[DATASET, "make_initializable_iterator"] = ITERATOR

# Names of parameters, and of things that nothing is known of, that say what they are.
GUESSES: Final[dict[str, str]] = {
    "sess": SESSION,
    "_sess": SESSION,
    "session": SESSION,
    "_session": SESSION,
    "tf_session": SESSION,
    "tf_sess": SESSION,
    "FLAGS": "tf.flags.FLAGS",
}


@lru_cache(maxsize=8192)
def plain(name: str) -> str:
    """The TensorFlow 1 name of an endpoint under ``tf.compat.v1``."""
    return "tf" + name[12:] if name.startswith("tf.compat.v1") and name[12:13] in ("", ".") else name


@lru_cache(maxsize=8192)
def result_of(name: str) -> str | None:
    """The kind of what calling an endpoint gives; ``*kind`` for many; None when nothing is known.

    Beyond the table: calling a class (a capitalised name) gives that class, and a lower-case function of a module of operations
    gives a tensor.
    """
    name = plain(name)
    found = RESULTS.get(name)
    if found is not None:
        return found or None
    module, _, leaf = name.rpartition(".")
    if leaf[:1].isupper():
        if leaf.isupper() and len(leaf) > 4:  # a constant
            return None
        return name
    if (
        module in _OP_MODULES
        and leaf not in _NO_TENSOR
        and not leaf.startswith(("_", "is_", "assert_", "get_", "set_"))
    ):
        return TENSOR
    return None


@lru_cache(maxsize=8192)
def attribute_of(kind: str, attribute: str) -> str | None:
    """The kind of an attribute of a value."""
    return ATTRIBUTES.get((kind, attribute))


@lru_cache(maxsize=8192)
def method_of(kind: str, method: str) -> str | None:
    """The kind of what a method of a value gives."""
    found = METHODS.get((kind, method))
    if found is None and kind in ("tf.InteractiveSession", "tf.train.MonitoredSession"):
        return METHODS.get((SESSION, method))
    return found


@lru_cache(maxsize=8192)
def called(kind: str) -> str | None:
    """The kind of what calling a value gives: layers and models give tensors."""
    module, _, leaf = kind.rpartition(".")
    if module.endswith(".layers") or (
        module in ("tf.keras", "tf.keras.models", "keras", "keras.models") and leaf[:1].isupper()
    ):
        return TENSOR
    return None


def arithmetic(kinds: list[str]) -> str | None:
    """The kind of an arithmetic expression with operands of these kinds."""
    for kind in kinds:
        if kind in (TENSOR, VARIABLE):
            return TENSOR
    if DIMENSION in kinds:
        return DIMENSION
    return None
