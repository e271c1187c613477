"""What a module contributes to its program: whether it needs TensorFlow 1's behaviour, who switches it, what it
imports."""

from __future__ import annotations

from dataclasses import dataclass

from tensorlift.analysis.model import Context, Evidence
from tensorlift.catalog.model import Era
from tensorlift.rewriting.context import ModuleContext
from tensorlift.rewriting.plan import ModulePlan

# Endpoints (without "tf." or "tf.compat.v1.") whose programs are built as a graph and run in sessions: what they return
# or how they work is TensorFlow 1's only after disable_v2_behavior().
_GRAPH_NAMES = frozenset(
    (
        *("placeholder", "placeholder_with_default", "sparse_placeholder", "Session", "InteractiveSession"),
        *("get_variable", "variable_scope", "variable_op_scope", "get_variable_scope", "global_variables_initializer"),
        *("initialize_all_variables", "local_variables_initializer", "tables_initializer", "get_collection"),
        *("add_to_collection", "trainable_variables", "global_variables", "get_default_graph", "reset_default_graph"),
        *("get_default_session", "assign", "py_func", "GraphKeys", "local_variables", "initialize_variables"),
        *("variables_initializer", "report_uninitialized_variables", "make_template", "get_local_variable"),
    )
)
_GRAPH_PREFIXES = (
    *("layers.", "losses.", "metrics.", "nn.rnn_cell.", "contrib.layers.", "contrib.slim", "contrib.rnn", "train."),
    *("contrib.framework", "contrib.legacy_seq2seq", "contrib.seq2seq", "contrib.training", "contrib.tpu", "summary."),
    *("contrib.losses", "contrib.metrics", "contrib.opt", "contrib.learn", "estimator.", "nn.dynamic_rnn"),
    *("nn.static_rnn", "nn.bidirectional", "data.make_", "contrib.crf", "contrib.lookup", "contrib.cudnn_rnn"),
)
# What is in these families and says nothing of graphs.
_PLAIN = frozenset(
    (
        *("train.Example", "train.Features", "train.Feature", "train.BytesList", "train.Int64List", "train.FloatList"),
        *("train.latest_checkpoint", "train.list_variables", "train.load_variable", "train.load_checkpoint"),
        *(
            "train.SequenceExample",
            "train.FeatureList",
            "train.FeatureLists",
            "train.Checkpoint",
            "train.NewCheckpointReader",
        ),
        *("train.CheckpointManager", "train.Coordinator", "train.ServerDef", "train.ClusterDef", "train.ClusterSpec"),
        *("train.checkpoint_exists", "train.get_checkpoint_state", "train.checkpoints_iterator", "train.Server"),
        *("contrib.training.HParams", "train.ExponentialMovingAverage", "train.experimental"),
    )
)
# Modules and names that programs use without making operations.
_NO_OPERATIONS = frozenset(
    (
        *("app", "flags", "logging", "gfile", "python_io", "resource_loader", "sysconfig", "test", "errors", "version"),
        *("ConfigProto", "GPUOptions", "RunOptions", "RunMetadata", "GraphOptions", "OptimizerOptions", "Event"),
        *("Summary", "GraphDef", "NodeDef", "AttrValue", "MetaGraphDef", "TensorShape", "as_dtype", "python", "core"),
        *("io", "compat", "estimator", "profiler", "load_library", "load_op_library", "__version__", "DType", "keras"),
    )
)
_SWITCHES = frozenset(("disable_v2_behavior", "disable_eager_execution"))
_EAGER = frozenset(("enable_eager_execution", "enable_v2_behavior", "executing_eagerly_outside_functions"))


@dataclass(frozen=True, slots=True)
class ModuleFacts:
    """``needs_v1`` and ``needs_legacy`` hold the byte offset of the first use that asks for it, -1 where none does.
    ``eager`` says that the module asks for eager execution itself, so nothing may take it away, ``uses_support`` that
    it imports a support module already, ``modern`` that it uses what only TensorFlow 2 has."""

    written_for_tf1: bool
    needs_v1: int = -1
    needs_legacy: int = -1
    switches_v1: bool = False
    sets_legacy: bool = False
    eager: bool = False
    uses_support: bool = False
    modern: bool = False
    support: tuple[str, ...] = ()
    packages: tuple[str, ...] = ()


def module_facts(context: ModuleContext, plan: ModulePlan) -> ModuleFacts:
    """Read off a module (before it is migrated) what its program will need."""
    tf1 = context.written_for_tf1
    first_v1 = first_session = first_keras = -1
    switches = eager = has_graph = modern = False
    for reference in context.module.references:
        name = reference.name
        if not name.startswith("tf.") or reference.evidence is Evidence.GUESS:
            continue
        explicit = name.startswith("tf.compat.v1.")
        bare = name[len("tf.compat.v1.") :] if explicit else name[len("tf.") :]
        leaf = bare.split(".", 1)[0]
        if leaf in _SWITCHES:
            switches = True
        elif leaf in _EAGER or bare.startswith("contrib.eager.enable"):
            eager = True
        elif leaf == "Graph":
            has_graph = True
        elif not tf1 and not explicit and not modern:
            modern = leaf in ("function", "GradientTape") or _only_today(name, context)
        if reference.evidence is Evidence.VALUE or reference.context is Context.IMPORT:
            continue
        if leaf == "keras" and first_keras < 0:
            first_keras = reference.start
        if not is_graph_name(bare) and not (tf1 and reference.context is Context.CALL and _makes_operations(bare)):
            continue
        if (tf1 or explicit) and first_v1 < 0:
            first_v1 = reference.start
        if explicit and leaf in ("placeholder", "Session", "InteractiveSession") and first_session < 0:
            first_session = reference.start
    if not tf1:
        # Code on tf.compat.v1 already: only what cannot work while eager execution is on counts.
        first_v1 = -1 if has_graph or modern or first_session < 0 else first_session
    legacy = _first_legacy(context, plan)
    if legacy < 0 and tf1 and first_v1 >= 0 and context.era is Era.LEGACY:
        legacy = first_keras
    return ModuleFacts(
        tf1,
        -1 if eager or switches else first_v1,
        legacy if context.era is Era.LEGACY else -1,
        switches,
        b"TF_USE_LEGACY_KERAS" in context.source,
        eager,
        b"tf1_support" in context.source,
        modern,
        tuple(dict.fromkeys(s for m in plan.mendings if m.name is not None for s in m.support)),
        tuple(dict.fromkeys(p for m in plan.mendings if m.name is not None for p in m.packages)),
    )


def _only_today(name: str, context: ModuleContext) -> bool:
    """Whether TensorFlow 1.15 had no such name and the era has."""
    if name.startswith(("tf.python", "tf.core", "tf.tools", "tf.compiler")):
        return False
    split = context.catalog.split(name)
    if split is None or not split[1]:
        return split is not None and context.catalog.endpoint(split[0]) is None
    return False


def _makes_operations(bare: str) -> bool:
    """Whether a call in a TensorFlow 1 program may add to a graph."""
    return bare.split(".", 1)[0] not in _NO_OPERATIONS and not any(
        bare == p or bare.startswith(p + ".") for p in _PLAIN
    )


def is_graph_name(bare: str) -> bool:
    """Whether an endpoint, spelled without ``tf.``, belongs to building and running graphs."""
    leaf = bare.split(".", 1)[0]
    if leaf in _GRAPH_NAMES:
        return True
    return bare.startswith(_GRAPH_PREFIXES) and not any(bare == p or bare.startswith(p + ".") for p in _PLAIN)


def _first_legacy(context: ModuleContext, plan: ModulePlan) -> int:
    """Offset of the first use that runs only with legacy Keras, after the migration; -1 when there is none."""
    if context.era is not Era.LEGACY:
        return -1
    starts = [m.use.reference.start for m in plan.mendings if m.legacy_keras and m.name is not None]
    for reference in context.module.references:
        if not reference.name.startswith("tf.compat.v1.") or reference.context is Context.IMPORT:
            continue
        split = context.catalog.split(reference.name)
        verdict = context.catalog.verdict(split[0], context.era, context.target) if split else None
        if verdict is not None and verdict.needs_legacy_keras:
            starts.append(reference.start)
            break
    return min(starts, default=-1)
