# SPDX-License-Identifier: GPL-3.0-or-later
"""Everything that keeps a list clean, put together over one store."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from dirserver.care.ages import Ages
from dirserver.care.batches import Batches
from dirserver.care.checks import Standards
from dirserver.care.confirmations import Confirmations
from dirserver.care.duplicates import Duplicates
from dirserver.care.hygiene import Hygiene
from dirserver.care.looking import Looking
from dirserver.care.reports import Reports
from dirserver.care.retention import Retention
from dirserver.care.reviews import Reviews
from dirserver.care.spellings import Spellings
from dirserver.care.sweeping import Sweeping
from dirserver.care.trash import Trash
from dirserver.config import CareSettings
from dirserver.directory.directory import Directory
from dirserver.store.engine.opening import Store


@dataclass(frozen=True, slots=True)
class Care:
    """The parts of this room that doors ask."""

    settings: CareSettings
    looking: Looking
    duplicates: Duplicates
    hygiene: Hygiene
    ages: Ages
    reports: Reports
    retention: Retention
    sweeping: Sweeping
    trash: Trash
    batches: Batches
    confirmations: Confirmations
    reviews: Reviews


def make_care(settings: CareSettings, store: Store, directory: Directory, key: bytes, *, clock: Callable[[], int]) -> Care:
    """Build them. ``key`` is the installation's secret."""
    standards = Standards(settings.required, settings.departments)
    spellings = Spellings()
    looking = Looking(store, standards, spellings)
    duplicates = Duplicates(store, directory, looking, clock=clock)
    hygiene = Hygiene(store, directory, standards, settings.region, spellings=spellings)
    ages = Ages(store, directory, settings.confirm_after_days, clock=clock)
    return Care(
        settings,
        looking,
        duplicates,
        hygiene,
        ages,
        Reports(store, directory, settings.confirm_after_days, clock=clock),
        Retention(store, directory, looking, settings.trash_days, clock=clock),
        Sweeping(store, clock=clock),
        Trash(store, directory),
        Batches(store, directory),
        Confirmations(store, directory, settings, key, clock=clock),
        Reviews(store, settings, clock=clock),
    )
