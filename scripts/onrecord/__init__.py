"""onrecord: an open annotated news corpus, and the package that validates, builds and loads it."""

from importlib.metadata import version

from onrecord.load import load, path

__all__ = ["__version__", "load", "path"]

__version__ = version("onrecord")
