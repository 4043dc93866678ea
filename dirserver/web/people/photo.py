# SPDX-License-Identifier: GPL-3.0-or-later
"""Photos, sealed: served with a policy that lets nothing in them run, kept by the reader's own browser only."""

from __future__ import annotations

import threading
import warnings
from collections import OrderedDict
from io import BytesIO

from flask import Blueprint, Flask, current_app, request
from PIL import Image, UnidentifiedImageError
from werkzeug.wrappers import Response

from dirserver.errors import BadInput, NotFound
from dirserver.web.entry.values import photo_digest
from dirserver.web.people.person import entry_named
from dirserver.web.shell.current import reading
from dirserver.web.shell.headers import SEALED_POLICY
from dirserver.web.shell.links import PEOPLE

THUMBNAIL_PX = 112
_DAY_S = 24 * 3600
_MAX_PIXELS = 20_000_000

pages = Blueprint("photo", __name__)


class Thumbnails:
    """Small versions of photos by digest, the most recent ones, so that a list doesn't shrink the same photo again."""

    def __init__(self, max_bytes: int = 16 * 1024 * 1024) -> None:
        self._max_bytes = max_bytes
        self._bytes = 0
        self._kept: OrderedDict[str, bytes] = OrderedDict()
        self._lock = threading.Lock()

    def find(self, digest: str) -> bytes | None:
        """Return the thumbnail of a photo if it is kept."""
        with self._lock:
            data = self._kept.get(digest)
            if data is not None:
                self._kept.move_to_end(digest)
            return data

    def keep(self, digest: str, data: bytes) -> None:
        """Keep a thumbnail; the least recently used ones make room."""
        with self._lock:
            self._bytes += len(data) - len(self._kept.pop(digest, b""))
            self._kept[digest] = data
            while self._bytes > self._max_bytes and len(self._kept) > 1:
                self._bytes -= len(self._kept.popitem(last=False)[1])


def install(app: Flask) -> None:
    """Make the place for thumbnails and add the route."""
    app.extensions["dirserver.thumbnails"] = Thumbnails()
    app.register_blueprint(pages)


@pages.get("/people/<name>/photo", defaults={"slug": PEOPLE})
@pages.get("/books/<slug>/<name>/photo")
def show(slug: str, name: str) -> Response:
    """Give the photo, or with ``size=thumbnail`` a small square of it. Rights are asked each time; only then the cache."""
    is_small = request.args.get("size") == "thumbnail"
    thumbnails: Thumbnails = current_app.extensions["dirserver.thumbnails"]
    with reading() as opened:
        entry = entry_named(opened, slug, name)
        digest = photo_digest(entry.card)
        if not digest:
            raise NotFound("no photo")
        etag = f"{digest[:32]}{'-s' if is_small else ''}"
        if request.if_none_match.contains(etag):
            return _sealed(Response(status=304), etag)
        data, media_type = thumbnails.find(digest) if is_small else None, "image/jpeg"
        if data is None:
            photo = opened.photo(entry)
            if photo is None:
                raise NotFound("no photo")
            data, media_type = photo.data, photo.media_type
            if is_small:
                data, media_type = shrink(data), "image/jpeg"
                thumbnails.keep(digest, data)
    return _sealed(Response(data, mimetype=media_type), etag)


def shrink(data: bytes) -> bytes:
    """Return a photo as a small square JPEG, cut around the middle and without metadata."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(BytesIO(data), formats=("JPEG", "PNG", "WEBP", "GIF")) as image:
                if image.width * image.height > _MAX_PIXELS:
                    raise BadInput("the photo has too many pixels")
                image.draft("RGB", (2 * THUMBNAIL_PX, 2 * THUMBNAIL_PX))
                side = min(image.size)
                left, top = (image.width - side) // 2, (image.height - side) // 3
                square = image.convert("RGB").resize(
                    (THUMBNAIL_PX, THUMBNAIL_PX), Image.Resampling.LANCZOS, (left, top, left + side, top + side)
                )
    except (UnidentifiedImageError, Image.DecompressionBombError, Image.DecompressionBombWarning, OSError, ValueError):
        raise NotFound("no photo that can be shown") from None
    out = BytesIO()
    square.save(out, "JPEG", quality=82)
    return out.getvalue()


def _sealed(answer: Response, etag: str) -> Response:
    answer.headers["Content-Security-Policy"] = SEALED_POLICY
    answer.headers["Cache-Control"] = f"private, max-age={_DAY_S}" if request.args.get("v") else "private, no-cache"
    answer.set_etag(etag)
    return answer
