# SPDX-License-Identifier: GPL-3.0-or-later
"""What the areas of the pages bring along besides code: templates, style sheets, scripts, icons, messages."""

from __future__ import annotations

import hashlib
from pathlib import Path

from flask import Flask, request, url_for
from jinja2 import FileSystemLoader, PrefixLoader
from werkzeug.wrappers import Response

from dirserver.errors import NotFound

WEB = Path(__file__).parent.parent
_MEDIA_TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
_YEAR_S = 365 * 24 * 3600


def areas() -> tuple[Path, ...]:
    """Return the folder of each area, by name; each may hold ``templates/``, ``static/`` and ``messages/``."""
    return tuple(sorted(folder for folder in WEB.iterdir() if (folder / "__init__.py").exists()))


def install(app: Flask) -> None:
    """Find templates as ``AREA/NAME.html``, and serve what is in the folders ``static`` from memory.

    Addresses of assets change with their content, so browsers may keep them. Names of assets are unique over all areas.
    """
    app.jinja_loader = PrefixLoader({area.name: FileSystemLoader(area / "templates") for area in areas()})
    contents = {file.name: file.read_bytes() for area in areas() for file in (area / "static").glob("*") if file.suffix in _MEDIA_TYPES}
    digests = {name: hashlib.sha256(content).hexdigest()[:12] for name, content in contents.items()}

    def asset(name: str) -> str:
        return url_for("static", name=name, v=digests[name])

    def send(name: str) -> Response:
        if name not in contents:
            raise NotFound("no such file")
        answer = Response(contents[name], mimetype=_MEDIA_TYPES[Path(name).suffix])
        is_exact = request.args.get("v") == digests[name]
        answer.headers["Cache-Control"] = f"public, max-age={_YEAR_S}, immutable" if is_exact else "no-cache"
        return answer

    app.add_url_rule("/static/<name>", "static", send)
    app.add_template_global(asset)
