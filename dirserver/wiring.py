# SPDX-License-Identifier: GPL-3.0-or-later
"""The only place that joins settings and parts."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

from dirserver.care.administering import Administration
from dirserver.care.care import Care, make_care
from dirserver.care.takeout import Takeout
from dirserver.care.trail import Trail
from dirserver.care.vitals import VitalSigns
from dirserver.config import Config
from dirserver.directory.directory import Directory
from dirserver.errors import BadConfig, Unavailable
from dirserver.exchange.running import Runs
from dirserver.exchange.workbench import Workbench
from dirserver.identity.holdings import Holdings
from dirserver.identity.identity import Identity
from dirserver.identity.keys import load_key
from dirserver.identity.links import Lifetimes
from dirserver.identity.moving_in import MovingIn
from dirserver.identity.passkeys import Passkeys
from dirserver.identity.refusals import OnRefused, untold
from dirserver.identity.sealing import Sealer
from dirserver.identity.second_factor import SecondFactor
from dirserver.identity.second_step import SecondStep
from dirserver.identity.sessions import Limits
from dirserver.identity.site import Site
from dirserver.identity.strength import Rules, read_blocked
from dirserver.identity.tokens import Tokens
from dirserver.identity.vault import Vault
from dirserver.mail.composing import Composer, Letterhead
from dirserver.mail.courier import Courier
from dirserver.mail.mailing import Mailing
from dirserver.mail.server import MailServer
from dirserver.model.letter import SEALED_FOR
from dirserver.model.moved import Moved, Part
from dirserver.push.delivering import Delivery
from dirserver.push.destination import Destinations
from dirserver.push.follower import Follower
from dirserver.push.keys import PushKeys
from dirserver.push.subscribing import Subscriptions
from dirserver.store.accounts import factors
from dirserver.store.care import backup, moving, soundness
from dirserver.store.care.backup import Manifest, Restored
from dirserver.store.care.moving import Watch
from dirserver.store.engine.opening import Store, open_store

_MB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Parts:
    """What every door works with; ``push`` is None where devices are told of nothing. Close it when done."""

    config: Config
    directory: Directory
    identity: Identity
    second_factor: SecondFactor
    second_step: SecondStep
    passkeys: Passkeys
    vault: Vault
    tokens: Tokens
    moving_in: MovingIn
    push: Subscriptions | None
    trail: Trail
    administration: Administration
    care: Care
    takeout: Takeout
    vitals: VitalSigns
    workbench: Workbench
    runs: Runs
    _store: Store

    def close(self) -> None:
        """Close the database connections."""
        self.directory.close()
        self._store.close()


def wire(config: Config, *, may_create: bool = False, on_refused: OnRefused = untold) -> Parts:
    """Open the database and build the parts on it.

    ``may_create`` lets a SQLite file be made where there is none; ``on_refused`` hears of refused sign-ins. Raises BadConfig
    (settings, key file, a newer version's database, one that was moved away) or Unavailable.
    """
    key = read_key(config)
    _require_database(config, may_create=may_create)
    store = open_store(config.database.url, has_mail=config.mail.is_set)
    _require_in_use(store)
    classes = {each.name: each.fields for each in config.fields.classes}
    limits = Limits(session_idle_s=config.security.session_idle_minutes * 60, session_absolute_s=config.security.session_max_hours * 3600)
    push = None
    if config.push.enabled:
        push = Subscriptions(store, PushKeys(key, config.push.contact, clock=_now_us), Destinations(config.push), clock=_now_us)
    directory = Directory(store, classes, makers=config.books.made_by, max_octets=config.http.directory_memory_mb * _MB)
    directory.mirror_groups()
    rules = Rules((config.domain,), read_blocked(config.security.blocked_passwords_file))
    lifetimes = Lifetimes(invitation_s=config.security.invitation_hours * 3600, reset_s=config.security.reset_minutes * 60)
    identity = Identity(store, key, limits=limits, rules=rules, lifetimes=lifetimes, on_refused=on_refused)
    tokens = Tokens(store, key, clock=_now_us)
    trail = Trail(store)
    vault = Vault(key, config.security.key_file)
    second_factor = SecondFactor(store, key, vault, identity.sessions, clock=_now_us)
    second_step = SecondStep(store, key, second_factor, identity.sessions, identity.throttle, clock=_now_us, on_refused=on_refused)
    site = Site.of(config.http.public_url, config.domain)
    return Parts(
        workbench=Workbench(store, clock=_now_us),
        runs=Runs(store, directory, clock=_now_us),
        config=config,
        directory=directory,
        identity=identity,
        second_factor=second_factor,
        second_step=second_step,
        passkeys=Passkeys(store, key, site, second_step, clock=_now_us),
        vault=vault,
        tokens=tokens,
        moving_in=MovingIn(store, clock=_now_us),
        push=push,
        trail=trail,
        administration=Administration(store, identity, tokens, trail, clock=_now_us),
        care=make_care(config.care, store, directory, key, clock=_now_us),
        vitals=VitalSigns(store, clock=_now_us),
        takeout=Takeout(directory, Holdings(store), trail, clock=_now_us, zone=config.pages.timezone),
        _store=store,
    )


@dataclass(frozen=True, slots=True)
class FollowerParts:
    """What tells devices of changes. Close it when done."""

    follower: Follower
    _parts: Parts
    _delivery: Delivery

    def close(self) -> None:
        """End what is under way and close the database connections."""
        self._delivery.close()
        self._parts.close()


def wire_follower(config: Config) -> FollowerParts:
    """Build what tells devices of changes, on a database of its own. Raises as ``wire`` does."""
    parts = wire(config)
    keys = PushKeys(read_key(config), config.push.contact, clock=_now_us)
    delivery = Delivery(keys, Destinations(config.push))
    follower = Follower(parts._store, parts.directory, keys, delivery, clock=_now_us)  # noqa: SLF001 # of this file
    return FollowerParts(follower, parts, delivery)


@dataclass(frozen=True, slots=True)
class MailParts:
    """What delivers letters, and what operators do about them. Close it when done."""

    courier: Courier
    mailing: Mailing
    _store: Store

    def close(self) -> None:
        """Close the database connections."""
        self._store.close()


def wire_mail(config: Config) -> MailParts:
    """Build what delivers letters, on a database of its own. Raises as ``wire`` does."""
    parts = wire(config)
    store, sealer = parts._store, Sealer(read_key(config), SEALED_FOR)  # noqa: SLF001 # of this file
    composer = Composer(Letterhead(config.mail.sender, config.domain, config.http.public_url, config.pages.timezone), sealer)
    server = MailServer(config.mail)
    courier = Courier(store, composer, server, clock=_now_us, before=parts.identity.forgotten.answer)
    return MailParts(courier, Mailing(store, composer, server, clock=_now_us), store)


def read_key(config: Config) -> bytes:
    """Return the installation's secret; BadConfig says what is wrong with its file."""
    return load_key(config.security.key_file)


def back_up(config: Config, target: Path) -> Manifest:
    """Write a backup; see ``store.care.backup.back_up``."""
    return backup.back_up(config.database.url, target)


def restore(config: Config, source: Path) -> Restored:
    """Put a backup back; see ``store.care.backup.restore``."""
    return backup.restore(config.database.url, source)


def renew(config: Config) -> None:
    """Make every client start over; see ``store.care.backup.renew``."""
    _require_database(config, may_create=False)
    backup.renew(config.database.url)


def look_at_move(config: Config, to: str) -> tuple[Part, ...]:
    """Tell what would be moved; see ``store.care.moving.look``."""
    _require_database(config, may_create=False)
    return moving.look(config.database.url, to)


def move(config: Config, to: str, watch: Watch) -> Moved:
    """Move everything into another database; see ``store.care.moving.move``."""
    _require_database(config, may_create=False)
    return moving.move(config.database.url, to, watch)


def find_faults(config: Config) -> tuple[str, ...]:
    """Check the database; see ``store.care.soundness.faults``."""
    _require_database(config, may_create=False)
    store = open_store(config.database.url)
    try:
        vault = Vault(read_key(config), config.security.key_file)
        found: tuple[str, ...] = ()
        try:
            with store.reading() as tx:
                found = soundness.faults(tx)
                lost = 0 if found else sum(not vault.knows(seed.key_id) for seed in factors.every_seed(tx))
        except Unavailable:
            # The end of a reading over damaged pages fails once more: what was found says why.
            if not found:
                raise
            return found
        told = f"{lost} seeds of second factors can't be opened: the key that they are sealed under is not in the key file"
        return (*found, *([told] if lost else ()))
    finally:
        store.close()


def _now_us() -> int:
    return time.time_ns() // 1000


def _require_in_use(store: Store) -> None:
    """Raise BadConfig, and close the store, where everything was moved to another database: what is written here would be lost."""
    with store.reading() as tx:
        at = moving.left_at(tx)
    if at is not None:
        store.close()
        raise BadConfig(moving.told_as_left(at))


def _require_database(config: Config, *, may_create: bool) -> None:
    url = config.database.url
    if may_create or not url.startswith("sqlite:"):
        return
    if not backup.sqlite_file(url).exists():
        raise BadConfig(
            f"{backup.sqlite_file(url)}: no such database; make one with 'dirserver init --domain DOMAIN', or set [database] url"
        )
