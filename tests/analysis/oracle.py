"""An independent answer to "what does this module name?", on Python's own syntax tree.

It follows the language reference and shares nothing with the analysis: names stand for *sets* of possible things (reaching
definitions), loops are followed until nothing changes, bodies of functions see the last state of the scopes around them. Only
what imports and aliases can tell is followed: attributes of ``self`` in one class, ``getattr`` with a literal, ``importlib``; no kinds of
values and no returns of functions. Statements that leave a block (``return``, ``raise``, ``break``) are taken to fall through, as
the analysis takes them.

``references(source)`` gives ``{(start, end): names}``: the spans (bytes) of all maximal chains that may name something of a tracked
package, and every name that each may stand for.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable

ROOTS = frozenset(
    (
        *("tensorflow", "keras", "tf_slim", "tf_keras", "tensorflow_probability"),
        *("tensorflow_estimator", "tensorflow_addons", "absl"),
    )
)

OTHER = "<other>"
UNBOUND = "<unbound>"
NOTHING: frozenset[str] = frozenset()
UNKNOWN = frozenset({OTHER})

Values = frozenset  # of canonical names, OTHER and UNBOUND
State = dict  # name -> Values


def canonical(dotted: str) -> str | None:
    """The canonical spelling of a tracked module's name."""
    head, _, tail = dotted.partition(".")
    if head not in ROOTS:
        return None
    head = "tf" if head == "tensorflow" else head
    return f"{head}.{tail}" if tail else head


def is_target(name: str) -> bool:
    return name not in (OTHER, UNBOUND) and not name.startswith("<")


class Bound(ast.NodeVisitor):
    """The names that a scope binds, by the rules of the reference (4.2.1), and its global and nonlocal ones."""

    def __init__(self) -> None:
        self.names: set[str] = set()
        self.globals: set[str] = set()
        self.nonlocals: set[str] = set()

    @classmethod
    def of(cls, nodes: Iterable[ast.AST]) -> Bound:
        found = cls()
        for node in nodes:
            found.visit(node)
        found.names -= found.globals | found.nonlocals
        return found

    def visit_Name(self, node: ast.Name) -> None:
        if not isinstance(node.ctx, ast.Load):
            self.names.add(node.id)

    def visit_Global(self, node: ast.Global) -> None:
        self.globals.update(node.names)

    def visit_Nonlocal(self, node: ast.Nonlocal) -> None:
        self.nonlocals.update(node.names)

    def visit_Import(self, node: ast.Import) -> None:
        self.names.update(alias.asname or alias.name.split(".")[0] for alias in node.names)

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        self.names.update(alias.asname or alias.name for alias in node.names if alias.name != "*")

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> None:
        if node.name:
            self.names.add(node.name)
        self.generic_visit(node)

    def _definition(self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> None:
        self.names.add(node.name)
        for outside in outer_expressions(node):
            self.visit(outside)

    visit_FunctionDef = visit_AsyncFunctionDef = visit_ClassDef = _definition

    def visit_Lambda(self, node: ast.Lambda) -> None:
        for outside in outer_expressions(node):
            self.visit(outside)

    def _comprehension(self, node: ast.AST) -> None:
        inner = Bound()
        for child in ast.iter_child_nodes(node):
            for walrus in ast.walk(child):
                if isinstance(walrus, ast.NamedExpr):
                    inner.names.add(walrus.target.id)
        self.names |= inner.names

    visit_ListComp = visit_SetComp = visit_DictComp = visit_GeneratorExp = _comprehension

    def visit_MatchAs(self, node: ast.MatchAs) -> None:
        if node.name:
            self.names.add(node.name)
        self.generic_visit(node)

    def visit_MatchStar(self, node: ast.MatchStar) -> None:
        if node.name:
            self.names.add(node.name)

    def visit_MatchMapping(self, node: ast.MatchMapping) -> None:
        if node.rest:
            self.names.add(node.rest)
        self.generic_visit(node)


def outer_expressions(node: ast.AST) -> list[ast.AST]:
    """The parts of a definition that are evaluated in the scope around it."""
    if isinstance(node, ast.ClassDef):
        return [*node.decorator_list, *node.bases, *[keyword.value for keyword in node.keywords]]
    assert isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda))
    found: list[ast.AST] = []
    if not isinstance(node, ast.Lambda):
        found += node.decorator_list
    arguments = node.args
    found += [default for default in (*arguments.defaults, *arguments.kw_defaults) if default is not None]
    if not isinstance(node, ast.Lambda):
        found += [argument.annotation for argument in all_arguments(arguments) if argument.annotation is not None]
        if node.returns is not None:
            found.append(node.returns)
    return found


def all_arguments(arguments: ast.arguments) -> list[ast.arg]:
    found = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    return found + [argument for argument in (arguments.vararg, arguments.kwarg) if argument is not None]


class Scope:
    """A scope under execution."""

    def __init__(self, kind: str, parent: Scope | None, bound: Bound) -> None:
        self.kind = kind
        self.parent = parent
        self.bound = bound
        self.state: State = {}
        self.late: list[tuple[ast.AST, Scope, State]] = []
        self.outside_writes: State = {}
        self.attributes: dict[str, frozenset[str]] | None = None
        self.itself: str | None = None


class Oracle:
    """One module."""

    def __init__(self, source: str) -> None:
        self.lines = [0]
        for line in source.split("\n"):
            self.lines.append(self.lines[-1] + len(line.encode()) + 1)
        self.found: dict[tuple[int, int], set[str]] = {}
        self.displays: dict[int, list[frozenset[str]]] = {}  # what the items of tuples and lists were, last time
        self.class_of: dict[str, dict[str, frozenset[str]]] = {}
        self.source = source
        self.global_writes: State = {}
        self.changed = False

    def offset(self, line: int, column: int) -> int:
        return self.lines[line - 1] + column

    def span(self, node: ast.AST) -> tuple[int, int]:
        assert isinstance(node, ast.expr)
        assert node.end_lineno is not None and node.end_col_offset is not None
        return self.offset(node.lineno, node.col_offset), self.offset(node.end_lineno, node.end_col_offset)

    # -- the program ---------------------------------------------------------------------------------------------

    def run(self, tree: ast.Module) -> dict[tuple[int, int], set[str]]:
        for _ in range(4):
            self.found = {}
            self.changed = False
            module = Scope("module", None, Bound.of(tree.body))
            self.block(tree.body, module)
            for name, values in self.global_writes.items():
                module.state[name] = module.state.get(name, NOTHING) | values
            self.finish(module)
            if not self.changed:
                break
        return self.found

    def finish(self, scope: Scope) -> None:
        """Run what waited for the scope's end; again while that changes the scope's names."""
        for turn in range(4):
            before = dict(scope.state)
            kept = {span: set(names) for span, names in self.found.items()}
            for node, parent, defaults in list(scope.late):
                self.body(node, parent, defaults)
            if scope.state == before or turn == 3:
                return
            self.found = kept

    def body(self, node: ast.AST, parent: Scope, defaults: State) -> None:
        if isinstance(node, ast.ClassDef):
            return
        assert isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda))
        statements = [node.body] if isinstance(node, ast.Lambda) else node.body
        bound = Bound.of(statements)
        scope = Scope("function", parent, bound)
        for argument in all_arguments(node.args):
            bound.names.add(argument.arg)
        for name in bound.names:
            scope.state[name] = frozenset({UNBOUND})
        for argument in all_arguments(node.args):
            scope.state[argument.arg] = defaults.get(argument.arg, UNKNOWN)
        if parent.kind == "class" and not isinstance(node, ast.Lambda) and not static(node):
            first = [*node.args.posonlyargs, *node.args.args][:1]
            if first:
                scope.state[first[0].arg] = frozenset({parent.itself or OTHER})
        if isinstance(node, ast.Lambda):
            self.value(node.body, scope)
        else:
            self.block(node.body, scope)
        self.finish(scope)

    # -- names ---------------------------------------------------------------------------------------------------

    def owner(self, name: str, scope: Scope) -> Scope | None:
        """The scope to which a name belongs that is read in ``scope``."""
        here: Scope | None = scope
        while here is not None and here.kind == "comprehension":
            if name in here.bound.names:
                return here
            here = here.parent
        if here is None:
            return None
        top = here
        while top.parent is not None:
            top = top.parent
        if name in here.bound.globals:
            return top
        if here.kind == "class":
            # a comprehension in a class does not see the class's names
            if here is scope and name in here.state:
                return here
        elif name in here.bound.names:
            return here
        outer = here.parent
        while outer is not None:
            if outer.kind in ("function", "comprehension") and name in outer.bound.names:
                return outer
            if outer.kind == "function" and name in outer.bound.globals:
                return top
            outer = outer.parent
        return top

    def read(self, name: str, scope: Scope) -> frozenset[str]:
        owner = self.owner(name, scope)
        if owner is None:
            return UNKNOWN
        while scope.kind == "comprehension":
            assert scope.parent is not None
            scope = scope.parent
        if owner.parent is None and name in scope.outside_writes:
            return scope.outside_writes[name]
        return owner.state.get(name, frozenset({UNBOUND}))

    def write(self, name: str, values: frozenset[str], scope: Scope, walrus: bool = False) -> None:
        while walrus and scope.kind == "comprehension":
            assert scope.parent is not None
            scope = scope.parent
        if name in scope.bound.globals and scope.parent is not None:
            scope.outside_writes[name] = values
            before = self.global_writes.get(name, NOTHING)
            if not values <= before:
                self.global_writes[name] = before | values
                self.changed = True
            return
        if name in scope.bound.nonlocals:
            outer = scope.parent
            while outer is not None and not (outer.kind == "function" and name in outer.bound.names):
                outer = outer.parent
            if outer is not None:
                outer.state[name] = outer.state.get(name, NOTHING) | values
            return
        scope.state[name] = values

    # -- statements ----------------------------------------------------------------------------------------------

    def block(self, statements: Iterable[ast.stmt], scope: Scope, all_states: list[State] | None = None) -> None:
        for statement in statements:
            self.statement(statement, scope, all_states)
            if all_states is not None:
                all_states.append(dict(scope.state))

    @staticmethod
    def merged(states: Iterable[State]) -> State:
        states = list(states)
        names = {name for state in states for name in state}
        return {name: frozenset().union(*(state.get(name, frozenset({UNBOUND})) for state in states)) for name in names}

    def statement(self, node: ast.stmt, scope: Scope, all_states: list[State] | None) -> None:
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            self.import_(node, scope)
        elif isinstance(node, ast.Assign):
            values = self.value(node.value, scope)
            for target in node.targets:
                self.assign(target, node.value, values, scope)
        elif isinstance(node, ast.AnnAssign):
            values = self.value(node.value, scope) if node.value is not None else None
            self.value(node.annotation, scope)
            if values is not None:
                self.assign(node.target, node.value, values, scope)
            elif not isinstance(node.target, ast.Name):
                self.assign(node.target, None, UNKNOWN, scope)
        elif isinstance(node, ast.AugAssign):
            self.value(node.value, scope)
            if isinstance(node.target, ast.Name):
                self.write(node.target.id, UNKNOWN, scope)
            else:
                self.assign(node.target, None, UNKNOWN, scope)
        elif isinstance(node, ast.Delete):
            for target in node.targets:
                self.delete(target, scope)
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            defaults = self.outer(node, scope)
            self.write(node.name, UNKNOWN, scope)
            self.later(node, scope, defaults)
        elif isinstance(node, ast.ClassDef):
            self.class_(node, scope)
        elif isinstance(node, ast.If):
            self.value(node.test, scope)
            before = dict(scope.state)
            self.block(node.body, scope, all_states)
            after, scope.state = scope.state, before
            scope.state = dict(before)
            self.block(node.orelse, scope, all_states)
            scope.state = self.merged([after, scope.state])
        elif isinstance(node, (ast.For, ast.AsyncFor)):
            values = self.items(node.iter, scope)
            self.loop(node, scope, all_states, lambda: self.assign(node.target, None, values, scope))
        elif isinstance(node, ast.While):
            self.loop(node, scope, all_states, lambda: self.value(node.test, scope))
        elif isinstance(node, (ast.With, ast.AsyncWith)):
            for item in node.items:
                self.value(item.context_expr, scope)
                if item.optional_vars is not None:
                    self.assign(item.optional_vars, None, UNKNOWN, scope)
            self.block(node.body, scope, all_states)
        elif isinstance(node, ast.Try) or type(node).__name__ == "TryStar":
            self.try_(node, scope, all_states)
        elif isinstance(node, ast.Match):
            self.match(node, scope, all_states)
        else:
            for child in ast.iter_child_nodes(node):
                if isinstance(child, ast.expr):
                    self.value(child, scope)

    def loop(
        self, node: ast.For | ast.AsyncFor | ast.While, scope: Scope, all_states: list[State] | None, head: object
    ) -> None:
        assert callable(head)
        before = dict(scope.state)
        merged = before
        for turn in range(6):
            kept = {span: set(names) for span, names in self.found.items()}
            late = list(scope.late)
            scope.state = dict(merged)
            head()
            after_head = dict(scope.state)
            self.block(node.body, scope, all_states)
            again = self.merged([merged, scope.state])
            if again == merged or turn == 5:
                break
            merged = again
            self.found = kept
            scope.late[:] = late
        scope.state = self.merged(
            [before, scope.state, after_head] if isinstance(node, ast.While) else [before, scope.state]
        )
        exhausted = dict(scope.state)
        self.block(node.orelse, scope, all_states)
        scope.state = self.merged([exhausted, scope.state])

    def try_(self, node: ast.Try, scope: Scope, all_states: list[State] | None) -> None:
        states = [dict(scope.state)]
        self.block(node.body, scope, states)
        broken = self.merged(states)
        self.block(node.orelse, scope, states)
        ends = [scope.state]
        for handler in node.handlers:
            scope.state = dict(broken)
            if handler.type is not None:
                self.value(handler.type, scope)
            if handler.name:
                self.write(handler.name, UNKNOWN, scope)
            self.block(handler.body, scope, states)
            ends.append(scope.state)
        normal = self.merged(ends)
        if all_states is not None:
            all_states.extend(states)
        if node.finalbody:
            scope.state = self.merged([normal, *states])
            self.block(node.finalbody, scope, all_states)  # on the way out with an exception
            scope.state = normal
            self.block(node.finalbody, scope, all_states)
        else:
            scope.state = normal

    def match(self, node: ast.Match, scope: Scope, all_states: list[State] | None) -> None:
        self.value(node.subject, scope)
        before = dict(scope.state)
        ends = [before]
        for case in node.cases:
            scope.state = dict(before)
            for part in ast.walk(case.pattern):
                if isinstance(part, ast.expr) and isinstance(part, (ast.Name, ast.Attribute)):
                    self.value(part, scope) if not self.inside_chain(part, case.pattern) else None
                for name in (getattr(part, "name", None), getattr(part, "rest", None)):
                    if name:
                        self.write(name, UNKNOWN, scope)
            if case.guard is not None:
                self.value(case.guard, scope)
            self.block(case.body, scope, all_states)
            ends.append(scope.state)
        scope.state = self.merged(ends)

    @staticmethod
    def inside_chain(node: ast.AST, root: ast.AST) -> bool:
        return any(isinstance(other, ast.Attribute) and other.value is node for other in ast.walk(root))

    def delete(self, target: ast.expr, scope: Scope) -> None:
        if isinstance(target, ast.Name):
            self.write(target.id, frozenset({UNBOUND}), scope)
        elif isinstance(target, (ast.Tuple, ast.List)):
            for item in target.elts:
                self.delete(item, scope)
        else:
            self.value(target, scope)

    def import_(self, node: ast.Import | ast.ImportFrom, scope: Scope) -> None:
        if isinstance(node, ast.Import):
            for alias in node.names:
                bound = alias.asname or alias.name.split(".")[0]
                name = canonical(alias.name if alias.asname else bound)
                if name is None and bound == "importlib":
                    name = "<importlib>"
                self.write(bound, frozenset({name or OTHER}), scope)
                mentioned = canonical(alias.name)
                if mentioned is not None:
                    start = self.offset(alias.lineno, alias.col_offset)
                    self.note(start, start + len(alias.name.encode()), mentioned)
            return
        module = canonical(node.module) if node.module and not node.level else None
        for alias in node.names:
            if alias.name == "*":
                continue
            if node.module == "importlib" and alias.name == "import_module":
                self.write(alias.asname or alias.name, frozenset({"<import_module>"}), scope)
                continue
            name = f"{module}.{alias.name}" if module else None
            self.write(alias.asname or alias.name, frozenset({name or OTHER}), scope)
            if name:
                start = self.offset(alias.lineno, alias.col_offset)
                self.note(start, start + len(alias.name.encode()), name)

    def assign(self, target: ast.expr, source: ast.expr | None, values: frozenset[str], scope: Scope) -> None:
        if isinstance(target, ast.Name):
            self.write(target.id, values, scope)
        elif isinstance(target, (ast.Tuple, ast.List)):
            if isinstance(source, (ast.Tuple, ast.List)) and len(source.elts) == len(target.elts):
                for item, value, inner in zip(target.elts, self.displays[id(source)], source.elts, strict=True):
                    self.assign(item, inner, value, scope)
            else:
                for item in target.elts:
                    self.assign(item.value if isinstance(item, ast.Starred) else item, None, UNKNOWN, scope)
        elif isinstance(target, ast.Starred):
            self.assign(target.value, None, UNKNOWN, scope)
        else:
            if isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name):
                for name in self.read(target.value.id, scope):
                    if name.startswith("<self"):
                        attributes = self.class_of[name]
                        before = attributes.get(target.attr, NOTHING)
                        if not values <= before:
                            attributes[target.attr] = before | values
                            self.changed = True
            self.value(target, scope)

    # -- definitions ---------------------------------------------------------------------------------------------

    def outer(self, node: ast.AST, scope: Scope) -> State:
        """Evaluate what a definition evaluates around it; the values of defaults come back by parameter."""
        assert isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda))
        if not isinstance(node, ast.Lambda):
            for decorator in node.decorator_list:
                self.value(decorator, scope)
            for argument in all_arguments(node.args):
                if argument.annotation is not None:
                    self.value(argument.annotation, scope)
            if node.returns is not None:
                self.value(node.returns, scope)
        defaults: State = {}
        positional = [*node.args.posonlyargs, *node.args.args]
        for argument, default in zip(reversed(positional), reversed(node.args.defaults), strict=False):
            defaults[argument.arg] = self.value(default, scope) | UNKNOWN
        for argument, keyword_default in zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True):
            if keyword_default is not None:
                defaults[argument.arg] = self.value(keyword_default, scope) | UNKNOWN
        return defaults

    def later(self, node: ast.AST, scope: Scope, defaults: State) -> None:
        """Run a body when the innermost function (or the module) around it has ended."""
        waits = scope
        while waits.kind not in ("module", "function"):
            assert waits.parent is not None
            waits = waits.parent
        waits.late.append((node, scope, defaults))

    def class_(self, node: ast.ClassDef, scope: Scope) -> None:
        for outside in outer_expressions(node):
            assert isinstance(outside, ast.expr)
            self.value(outside, scope)
        inner = Scope("class", scope, Bound.of(node.body))
        inner.itself = f"<self {node.lineno}:{node.col_offset}>"
        self.class_of.setdefault(inner.itself, {})
        self.block(node.body, inner)
        for name, values in inner.state.items():
            before = self.class_of[inner.itself].get(name, NOTHING)
            if not values <= before:
                self.class_of[inner.itself][name] = before | values
                self.changed = True
        self.write(node.name, UNKNOWN, scope)

    # -- expressions ---------------------------------------------------------------------------------------------

    def note(self, start: int, end: int, name: str) -> None:
        if is_target(name):
            self.found.setdefault((start, end), set()).add(name)

    def value(self, node: ast.expr | None, scope: Scope, inner: bool = False) -> frozenset[str]:
        """What an expression may stand for; chains in it are noted, unless it is the inner part of one."""
        if node is None:
            return UNKNOWN
        if isinstance(node, ast.Name):
            if not isinstance(node.ctx, ast.Load):
                return UNKNOWN
            values = self.read(node.id, scope)
        elif isinstance(node, ast.Attribute):
            values = self.attribute(node, scope)
            if isinstance(node.ctx, ast.Store) and isinstance(node.value, ast.Name):
                owners = self.read(node.value.id, scope)
                if any(name.startswith("<self") for name in owners):
                    return UNKNOWN
        elif isinstance(node, ast.Call):
            return self.call(node, scope, inner)
        elif isinstance(node, ast.IfExp):
            self.value(node.test, scope)
            return self.value(node.body, scope) | self.value(node.orelse, scope)
        elif isinstance(node, ast.BoolOp):
            return frozenset().union(*(self.value(item, scope) for item in node.values))
        elif isinstance(node, ast.NamedExpr):
            values = self.value(node.value, scope)
            self.write(node.target.id, values, scope, walrus=True)
            return values
        elif isinstance(node, ast.Await):
            return self.value(node.value, scope)
        elif isinstance(node, (ast.Tuple, ast.List)) and isinstance(node.ctx, ast.Load):
            self.displays[id(node)] = [self.value(item, scope) for item in node.elts]
            return UNKNOWN
        elif isinstance(node, ast.Subscript) and isinstance(node.value, (ast.Tuple, ast.List)):
            values = self.items(node.value, scope)
            self.value(node.slice, scope)
            return values if isinstance(node.slice, ast.Constant) and isinstance(node.slice.value, int) else UNKNOWN
        elif isinstance(node, ast.Lambda):
            self.later(node, scope, self.outer(node, scope))
            return UNKNOWN
        elif isinstance(node, (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)):
            self.comprehension(node, scope)
            return UNKNOWN
        else:
            for child in ast.iter_child_nodes(node):
                self.children(child, scope)
            return UNKNOWN
        if not inner:
            for name in values:
                self.note(*self.span(node), name)
        return values

    def children(self, node: ast.AST, scope: Scope) -> None:
        if isinstance(node, ast.expr):
            self.value(node, scope)
        else:
            for child in ast.iter_child_nodes(node):
                self.children(child, scope)

    def attribute(self, node: ast.Attribute, scope: Scope) -> frozenset[str]:
        found: set[str] = set()
        chained = isinstance(node.value, (ast.Name, ast.Attribute)) or self.is_getattr(node.value, scope)
        for name in self.value(node.value, scope, inner=chained):
            if name.startswith("<self"):
                found |= self.class_of[name].get(node.attr, UNKNOWN)
            elif name == "<importlib>":
                found.add("<import_module>" if node.attr == "import_module" else OTHER)
            else:
                found.add(f"{name}.{node.attr}" if is_target(name) else OTHER)
        return frozenset(found)

    def is_getattr(self, node: ast.expr, scope: Scope) -> bool:
        return (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id == "getattr"
            and len(node.args) >= 2
            and isinstance(node.args[1], ast.Constant)
            and isinstance(node.args[1].value, str)
            and self.read("getattr", scope) == frozenset({UNBOUND})
        )

    def call(self, node: ast.Call, scope: Scope, inner: bool) -> frozenset[str]:
        function = self.value(node.func, scope)
        arguments = [self.value(argument, scope) for argument in node.args]
        for keyword in node.keywords:
            self.value(keyword.value, scope)
        first = node.args[0] if node.args else None
        text = first.value if isinstance(first, ast.Constant) and isinstance(first.value, str) else None
        if self.is_getattr(node, scope):
            second = node.args[1]
            assert isinstance(second, ast.Constant)
            values = frozenset(f"{name}.{second.value}" if is_target(name) else OTHER for name in arguments[0])
            if not inner:
                for name in values:
                    self.note(*self.span(node), name)
            return values
        if "<import_module>" in function and text is not None:
            return frozenset({canonical(text) or OTHER})
        if isinstance(node.func, ast.Name) and node.func.id == "__import__" and text is not None:
            if function == frozenset({UNBOUND}):
                return frozenset({canonical(text.split(".")[0]) or OTHER})
        return UNKNOWN

    def items(self, node: ast.expr, scope: Scope) -> frozenset[str]:
        """What iterating over an expression gives."""
        self.value(node, scope)
        if isinstance(node, (ast.Tuple, ast.List)):
            return frozenset().union(*self.displays[id(node)]) if node.elts else UNKNOWN
        return UNKNOWN

    def comprehension(self, node: ast.AST, scope: Scope) -> None:
        assert isinstance(node, (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp))
        first = node.generators[0]
        values = self.items(first.iter, scope)
        bound = Bound()
        for generator in node.generators:
            for part in ast.walk(generator.target):
                if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store):
                    bound.names.add(part.id)
        inner = Scope("comprehension", scope, bound)
        for generator in node.generators:
            each = values if generator is first else self.items(generator.iter, inner)
            self.assign(generator.target, None, each, inner)
            for condition in generator.ifs:
                self.value(condition, inner)
        if isinstance(node, ast.DictComp):
            self.value(node.key, inner)
            self.value(node.value, inner)
        else:
            self.value(node.elt, inner)


def static(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    return any(isinstance(decorator, ast.Name) and decorator.id == "staticmethod" for decorator in node.decorator_list)


def references(source: str) -> dict[tuple[int, int], set[str]]:
    """Span -> the names it may stand for. Raises SyntaxError."""
    return Oracle(source).run(ast.parse(source))
