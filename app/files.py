"""Where the templates, static files and catalogues are: inside the installed package, or beside it in a checkout."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def folder(name: str) -> Path:
    """The folder `templates` or `static`, wherever this installation keeps it."""
    inside = _PACKAGE / name
    return inside if inside.is_dir() else _PACKAGE.parent / name


def package_file(*parts: str) -> Path:
    """A data file of this package, for example `render/widths.json`."""
    return _PACKAGE.joinpath(*parts)
