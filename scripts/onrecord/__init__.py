"""onrecord: an open annotated news corpus, and the package that validates, builds and loads it."""

from onrecord.load import load, path
from onrecord.version import current

__all__ = ["__version__", "load", "path"]

__version__ = current()
