# SPDX-License-Identifier: GPL-3.0-or-later
"""What a program gets: its profile out of what was said for the organisation, for groups and for the account.

The most specific subject wins, setting by setting; at one subject what is said about the program's family wins over what is
said about any. Where several groups of one person differ, the most careful value wins.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from dirserver.access.rights import Standing
from dirserver.directory.views.entry import Form
from dirserver.model.client import Family
from dirserver.model.client_needs import built_in
from dirserver.model.fold import fold
from dirserver.model.profile import CHOICES, CardVersion, Decided, Gal, GroupDialect, PhotoSize, Profile, ReadOnlyPut, Rule, Tier


@dataclass(frozen=True, slots=True)
class Served:
    """A profile with the form of its cards; ``mark`` is what the form adds to sync tokens, nothing for NATIVE."""

    profile: Profile
    form: Form = field(init=False)
    mark: str = field(init=False)

    def __post_init__(self) -> None:
        form = Form.of(self.profile)
        object.__setattr__(self, "form", form)
        object.__setattr__(self, "mark", "" if form == Form.NATIVE else hashlib.sha256(form.key.encode()).hexdigest()[:8])


PLAIN = Served(Profile())
"""What is served where no program is known."""


def served_to(standing: Standing, rules: Sequence[Rule], family: Family | None) -> Served:
    """Return what an account's program gets; PLAIN where no program is known (other doors)."""
    return PLAIN if family is None else Served(profile_of(decide(standing, rules, family)))


def decide(standing: Standing, rules: Sequence[Rule], family: Family) -> tuple[Decided, ...]:
    """Return every setting for an account that asks with a program of this family, and the rule that decided it."""
    decided: dict[str, Decided] = {}
    for layer in _layers(standing, rules, family):
        decided |= _most_careful(layer)
    return tuple(decided[name] for name in CHOICES)


def profile_of(decided: Iterable[Decided]) -> Profile:
    """Return what was decided as a profile."""
    said: Mapping[str, str] = {each.name: each.value for each in decided}
    return Profile(
        Gal(said["gal"]),
        PhotoSize(said["photo"]),
        CardVersion(said["vcard"]),
        GroupDialect(said["groups"]),
        ReadOnlyPut(said["read_only"]),
    )


def _layers(standing: Standing, rules: Sequence[Rule], family: Family) -> Iterator[list[Rule]]:
    """Return what fits, from the least to the most specific; rules in one layer stand beside each other."""
    yield [built_in(family)]
    fitting = [rule for rule in rules if _fits(standing, rule)]
    for tier in (Tier.ORGANISATION, Tier.GROUP, Tier.ACCOUNT):
        for of_family in (None, family):
            yield [rule for rule in fitting if rule.subject.tier is tier and rule.family is of_family]


def _fits(standing: Standing, rule: Rule) -> bool:
    match rule.subject.tier:
        case Tier.ACCOUNT:
            return standing.account_id > 0 and fold(rule.subject.name) == fold(standing.login)
        case Tier.GROUP:
            return fold(rule.subject.name) in standing.groups
        case _:
            return True


def _most_careful(layer: Sequence[Rule]) -> dict[str, Decided]:
    found: dict[str, Decided] = {}
    for rule in layer:
        for name, value in rule.settings.said():
            order = list(CHOICES[name])
            other = found.get(name)
            if other is None or order.index(value) < [each.value for each in order].index(other.value):
                found[name] = Decided(name, value.value, rule)
    return found
