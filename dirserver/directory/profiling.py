# SPDX-License-Identifier: GPL-3.0-or-later
"""What a program gets: its profile, and what follows from it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

from dirserver.directory.entry import Form
from dirserver.model.profile import Profile


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
