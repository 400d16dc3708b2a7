"""gradstep's application: pictures of snapshots, a server, a page and a command line."""

from engine import __version__ as VERSION

__all__ = ["VERSION"]
