# SPDX-License-Identifier: GPL-3.0-or-later
"""Which language a page speaks: the account's, then the one picked in this browser, then what the browser asks for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_time
from babel.numbers import format_decimal, format_percent
from flask import Blueprint, Flask, current_app, g, redirect, request
from werkzeug.wrappers import Response

from dirserver.identity.account import Session
from dirserver.speech.catalogue import LANGUAGES, Language, known_code, load_languages
from dirserver.web.shell.assets import areas
from dirserver.web.shell.links import safe_next
from dirserver.web.shell.session import current_session
from dirserver.wiring import Parts

COOKIE = "language"
_YEAR_S = 365 * 24 * 3600

pages = Blueprint("languages", __name__)


@dataclass(frozen=True, slots=True)
class _Speech:
    """All languages, as the application keeps them."""

    languages: Mapping[str, Language]


def install(app: Flask) -> None:
    """Give the templates ``_``, ``ngettext``, dates, numbers and the list of languages."""
    speech = _Speech(load_languages(area / "messages" for area in areas()))
    app.extensions["dirserver.languages"] = speech
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.install_gettext_callables(gettext, ngettext, newstyle=True)  # type: ignore[attr-defined]
    app.jinja_env.filters["moment"] = moment
    app.jinja_env.filters["number"] = number
    app.jinja_env.filters["percent"] = percent
    app.jinja_env.filters["language_name"] = language_name
    app.add_template_global(language_choices)
    app.add_template_global(translated)
    app.context_processor(lambda: {"language": current_language(), "languages": tuple(speech.languages.values())})
    app.register_blueprint(pages)


def current_language() -> Language:
    """Return the language of this request."""
    # Asked some thirty times for a page: one look, not two.
    language: Language | None = g.get("language")
    if language is None:
        language = g.language = _choose()
    return language


def _languages() -> Mapping[str, Language]:
    from_app: _Speech = current_app.extensions["dirserver.languages"]
    return from_app.languages


def _choose() -> Language:
    known = _languages()
    session = current_session()
    for code in (session.account.language if session is not None else "", request.cookies.get(COOKIE, "")):
        plain = known_code(code)
        if plain:
            return known[plain]
    return known[request.accept_languages.best_match(LANGUAGES, default=LANGUAGES[0])]


def gettext(message: str) -> str:
    """Return a message in the language of this request."""
    return current_language().translations.gettext(message) if message else ""


def ngettext(singular: str, plural: str, count: int) -> str:
    """Return the form of a message that fits a count (Polish has three)."""
    return str(current_language().translations.ngettext(singular, plural, count))


def mark(message: str) -> str:
    """Mark a message for the catalogues without translating it yet; ``gettext`` does that when it is shown."""
    return message


def moment(at: datetime) -> str:
    """Return date and time in the company's zone, as the reader's language writes it."""
    parts: Parts = current_app.extensions["dirserver.parts"]
    here, locale = parts.config.pages.timezone.shown(at), current_language().locale
    return f"{format_date(here, 'medium', locale=locale)}, {format_time(here, 'short', locale=locale)}"


def month(day: date) -> str:
    """Return the month of a day with its year, as the reader's language writes it in short."""
    return str(format_date(day, "MMM y", locale=current_language().locale))


def number(count: int) -> str:
    """Return a count with the reader's separators."""
    return _number(count, current_language().code)


def percent(hundredths: int) -> str:
    """Return so many of a hundred as the language writes it."""
    return str(format_percent(hundredths / 100, locale=current_language().code))


@lru_cache(maxsize=4096)
def _number(count: int, code: str) -> str:
    return str(format_decimal(count, locale=code))


def language_name(code: str) -> str:
    """Return what the reader calls a language (``pl`` -> Polish); the code itself when nobody knows it."""
    try:
        name = Locale.parse(code, sep="-").get_display_name(current_language().locale)
    except (UnknownLocaleError, ValueError):
        return code
    return name or code


def language_choices(current: str) -> tuple[str, ...]:
    """Return the language tags that a form offers: ours, a few neighbours', and the one that is stored."""
    return tuple(dict.fromkeys((*LANGUAGES, "de", "fr", "it", "nl", "uk", *((current,) if current else ()))))


def translated(messages: Iterable[str]) -> tuple[str, ...]:
    """Return marked messages in the language of this request; what the catalogues don't know stays."""
    return tuple(gettext(str(message)) for message in messages)


def keep_choice(session: Session | None) -> None:
    """Remember for an account without a language of its own, which has just signed in, what was picked in this browser before."""
    code = known_code(request.cookies.get(COOKIE, ""))
    if session is not None and code and not session.account.language:
        parts: Parts = current_app.extensions["dirserver.parts"]
        parts.identity.set_language(session.account.login, code)


@pages.post("/language")
def choose() -> Response:
    """Remember the language that was picked: in this browser, and for the account if somebody is signed in."""
    answer = redirect(safe_next(request.form.get("next", "")), 303)
    code = request.form.get("language", "")
    if code in _languages():
        session = current_session()
        if session is not None:
            parts: Parts = current_app.extensions["dirserver.parts"]
            parts.identity.set_language(session.account.login, code)
        answer.set_cookie(COOKIE, code, max_age=_YEAR_S, secure=request.is_secure, httponly=True, samesite="Lax")
    return answer
