"""Policy narratives of Chinese regions, compared with their limits stated.

The public names stand in ``__init__.pyi`` and are loaded when they are first used, so that
``import policytext`` is quick.
"""

from importlib.metadata import version as _version

import lazy_loader as _lazy

__getattr__, __dir__, __all__ = _lazy.attach_stub(__name__, __file__)

__version__ = _version("policytext")
