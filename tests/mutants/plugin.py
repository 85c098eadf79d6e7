"""A pytest plugin: the product with one site changed, in memory alone. EDUAPP_MUTANT: `FILE NUMBER`."""

from __future__ import annotations

import os
import sys
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from types import CodeType
from typing import Any

from tests.mutants.sites import ROOT, mutated

_file, _number = os.environ["EDUAPP_MUTANT"].rsplit(" ", 1)
TARGET = str(ROOT / _file)


class _Loader(SourceFileLoader):
    """Compiles the changed tree each time: nothing of it is kept as bytecode."""

    def get_code(self, fullname: str) -> CodeType:
        tree = mutated(self.get_data(self.path).decode("utf-8"), int(_number))
        return compile(tree, self.path, "exec", dont_inherit=True)


class _Finder(MetaPathFinder):
    def find_spec(self, fullname: str, path: Any, target: Any = None) -> ModuleSpec | None:
        spec = PathFinder.find_spec(fullname, path, target)
        if spec is not None and spec.origin == TARGET:
            spec.loader = _Loader(fullname, TARGET)
            return spec
        return None


if any(getattr(module, "__file__", None) == TARGET for module in list(sys.modules.values())):
    raise RuntimeError(f"{TARGET} is loaded already: the mutant would not be tried")
sys.meta_path.insert(0, _Finder())
