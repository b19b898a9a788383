"""Policy narratives of Chinese regions, compared with their limits stated.

The public names stand in ``__init__.pyi`` and are loaded when they are first used, so that
``import policytext`` is quick.
"""

from importlib.metadata import version as _version
from types import FunctionType as _FunctionType
from typing import Any as _Any

import lazy_loader as _lazy

_load, __dir__, __all__ = _lazy.attach_stub(__name__, __file__)

__version__ = _version("policytext")


def __getattr__(name: str) -> _Any:
    """Load a public name when it is first used; a function checks what it is given."""
    from policytext.border import guarded

    found = _load(name)
    if name in __all__ and isinstance(found, _FunctionType):
        found = guarded(found)
        globals()[name] = found
    return found
