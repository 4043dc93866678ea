# SPDX-License-Identifier: GPL-3.0-or-later
"""The house laws that no linter knows; CONTRIBUTING.md says why each one is there.

Each law is a test that lists every place where it is broken. What ruff (docstrings, SPDX line, imports inside functions),
mypy and import-linter (who may import whom) can say is theirs. A law may be broken only by a line in EXCUSED, with its reason.
"""

from __future__ import annotations

import ast
import gc
import re
import subprocess
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
# For code, and the tests that mirror it.
PACKAGES = {"dirserver": ROOT / "dirserver", "radicale_dirserver": ROOT / "plugins" / "radicale_dirserver"}
MAX_FILE_LINES = 400
MAX_FUNCTION_LINES = 50
CUPBOARDS = {"utils", "util", "helpers", "helper", "common", "misc", "base", "core", "lib", "shared", "tools"}
SAYS_NOTHING = ("Manager", "Handler", "Helper", "Processor", "Util", "Utils", "Service")
MIRRORED_FROM_LINES = 40

# (law, "path" or "path::name") -> why the law doesn't fit there.
EXCUSED: dict[tuple[str, str], str] = {
    ("mirror", "dirserver/errors.py"): "only names; each door's tests walk the whole tree",
    **{
        ("mirror", f"dirserver/store/schema/{name}_tables.py"): "tests/store/engine/test_opening.py holds tables and migrations equal"
        for name in ("care", "factor", "outbox", "push", "self_service", "upload")
    },
}

Function = ast.FunctionDef | ast.AsyncFunctionDef


@pytest.fixture(autouse=True, scope="module")
def uncollected() -> Iterator[None]:
    """The trees of all files are kept: to look for garbage among them takes longer than to make them."""
    gc.disable()
    yield
    gc.enable()


def sources(*, with_tests: bool = False) -> list[Path]:
    """Every Python file of the packages; with those of the tests and benchmarks if asked."""
    folders = [*PACKAGES.values(), *([ROOT / "tests", ROOT / "benchmarks"] if with_tests else [])]
    return sorted(path for folder in folders for path in folder.rglob("*.py"))


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def named_nodes(node: ast.AST, prefix: str = "") -> Iterator[tuple[str, Function | ast.ClassDef]]:
    """Every class and function below a node, with its dotted name."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, Function | ast.ClassDef):
            name = f"{prefix}{child.name}"
            yield name, child
            yield from named_nodes(child, f"{name}." if isinstance(child, ast.ClassDef) else f"{name}.<locals>.")
        else:
            yield from named_nodes(child, prefix)


def functions(path: Path) -> Iterator[tuple[str, Function]]:
    return ((name, node) for name, node in named_nodes(tree(path)) if isinstance(node, Function))


def is_migration(path: Path) -> bool:
    """A migration is a record of what was done, in one go, and never changes again."""
    return "migrations" in path.parts


def is_public(dotted: str) -> bool:
    return "<locals>" not in dotted and all(not part.startswith("_") or part.endswith("__") for part in dotted.split("."))


def obeyed(law: str, breaches: Iterable[tuple[Path, str, str]]) -> None:
    """Fail with every breach (path, name in it or "", what is wrong) that isn't excused, one a line."""
    found = []
    for path, name, what in breaches:
        where = "::".join(filter(None, (path.relative_to(ROOT).as_posix(), name)))
        if (law, where) not in EXCUSED:
            found.append(f"{where} {what}")
    assert not found, "\n" + "\n".join(found)


def test_a_file_fits_in_a_head() -> None:
    lengths = [(path, len(path.read_text(encoding="utf-8").splitlines())) for path in sources(with_tests=True)]
    obeyed("file length", ((path, "", f"has {length} lines: split it by subject") for path, length in lengths if length > MAX_FILE_LINES))


def length_without_docstring(function: Function) -> int:
    documented = ast.get_docstring(function, clean=False) is not None
    docstring = function.body[0].end_lineno - function.body[0].lineno + 1 if documented else 0  # type: ignore[operator]
    return function.end_lineno - function.lineno + 1 - docstring  # type: ignore[operator]


def test_a_function_fits_on_a_screen() -> None:
    lengths = [
        (path, name, length_without_docstring(function))
        for path in sources(with_tests=True)
        if not is_migration(path)
        for name, function in functions(path)
    ]
    obeyed("function length", ((path, name, f"has {length} lines") for path, name, length in lengths if length > MAX_FUNCTION_LINES))


def test_no_module_is_a_cupboard() -> None:
    parts = [(path, part) for path in sources(with_tests=True) for part in path.relative_to(ROOT).with_suffix("").parts]
    obeyed("cupboard", ((path, "", f"'{part}' is a cupboard, not a room") for path, part in parts if part in CUPBOARDS))


def named_for_nothing(node: ast.ClassDef) -> bool:
    """A class named after no thing, unless its base forces the name (logging.Handler)."""
    suffix = next((word for word in SAYS_NOTHING if node.name.endswith(word)), None)
    return suffix is not None and not any(ast.unparse(base).endswith(suffix) for base in node.bases)


def test_a_class_is_named_for_what_it_is() -> None:
    classes = [(path, name, node) for path in sources() for name, node in named_nodes(tree(path)) if isinstance(node, ast.ClassDef)]
    obeyed("class name", ((path, name, "says nothing about what it is") for path, name, node in classes if named_for_nothing(node)))


def belongs_in_init(node: ast.stmt) -> bool:
    is_docstring = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    is_all = isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__"
    return is_docstring or is_all or isinstance(node, ast.Import | ast.ImportFrom)


def test_an_init_file_holds_no_code() -> None:
    inits = [path for path in sources(with_tests=True) if path.name == "__init__.py"]
    assert inits
    obeyed(
        "init",
        (
            (path, "", f"line {node.lineno}: only a docstring, imports and __all__ belong here")
            for path in inits
            for node in tree(path).body
            if not belongs_in_init(node)
        ),
    )


def waits_without_a_thread(node: ast.AST) -> bool:
    return isinstance(node, ast.AsyncFunctionDef) or (isinstance(node, ast.Name) and node.id in {"Deferred", "inlineCallbacks"})


def test_only_the_ldap_door_and_serve_are_asynchronous() -> None:
    doors = (ROOT / "dirserver" / "ldap", ROOT / "dirserver" / "serve")
    elsewhere = [path for path in sources() if not path.is_relative_to(doors[0]) and not path.is_relative_to(doors[1])]
    obeyed(
        "async",
        (
            (path, "", f"line {getattr(node, 'lineno', '?')}: the core is synchronous")
            for path in elsewhere
            for node in ast.walk(tree(path))
            if waits_without_a_thread(node)
        ),
    )


LOOSE = re.compile(r"\b(?:dict|Dict|Mapping|MutableMapping)\[\s*str\s*,\s*Any\s*\]")


def loose_parts(function: Function) -> Iterator[str]:
    arguments = function.args
    if arguments.kwarg is not None:
        yield f"takes **{arguments.kwarg.arg}: name what it takes"
    every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    annotations = [argument.annotation for argument in every] + [function.returns]
    for annotation in annotations:
        if annotation is not None and LOOSE.search(ast.unparse(annotation)):
            yield f"has {ast.unparse(annotation)} in its signature: make it a frozen dataclass"


def is_forced(function: Function) -> bool:
    return any(ast.unparse(decorator) in {"override", "overload"} for decorator in function.decorator_list)


def test_a_public_signature_says_its_shapes() -> None:
    public = [(path, name, node) for path in sources() for name, node in functions(path) if is_public(name) and not is_forced(node)]
    obeyed("signature", ((path, name, what) for path, name, node in public for what in loose_parts(node)))


def mirror_of(package: str, path: Path) -> Path:
    room = path.relative_to(PACKAGES[package]).parent
    root = ROOT / "tests" if package == "dirserver" else ROOT / "tests" / package
    return root / room / f"test_{path.stem}.py"


def test_each_file_of_some_size_has_a_test_file_of_its_own() -> None:
    sizeable = [
        (path, mirror_of(package, path))
        for package, folder in PACKAGES.items()
        for path in sorted(folder.rglob("*.py"))
        if path.name != "__init__.py"
        and not is_migration(path)
        and len(path.read_text(encoding="utf-8").splitlines()) > MIRRORED_FROM_LINES
    ]
    obeyed("mirror", ((path, "", f"has no {mirror.relative_to(ROOT)}") for path, mirror in sizeable if not mirror.exists()))


def tracked_files() -> list[Path]:
    listed = subprocess.run(["git", "-c", "safe.directory=*", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode != 0:
        pytest.skip("not a git checkout: there is no list of the project's files")
    return [path for name in listed.stdout.split("\0") if name and (path := ROOT / name).is_file() and path != Path(__file__)]


MACHINE_PATH = re.compile(r"(?<![\w.-])/(?:work|root|home|Users)/\w")


def test_no_file_knows_the_machine_it_was_written_on() -> None:
    obeyed(
        "machine",
        (
            (path, "", f"line {number}: a path of one machine")
            for path in tracked_files()
            for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1)
            if MACHINE_PATH.search(line)
        ),
    )


def test_what_installs_names_no_host() -> None:
    installs = {"Makefile", "constraints.txt", "pyproject.toml", "Containerfile"}
    files = [path for path in tracked_files() if path.name in installs or path.parent.name == ".ci"]
    assert files
    obeyed(
        "host",
        (
            (path, "", f"names a host ({found}): whoever installs chooses where from")
            for path in files
            for found in re.findall(r"https?://\S+|--(?:extra-)?index(?:-url)?\b|find-links", path.read_text(encoding="utf-8"))
        ),
    )


def test_every_excuse_is_for_something_that_is_there() -> None:
    assert [where for _, where in EXCUSED if not (ROOT / where.partition("::")[0]).exists()] == []
