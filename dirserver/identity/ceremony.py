# SPDX-License-Identifier: GPL-3.0-or-later
"""What browsers are asked about passkeys and what their answers mean (WebAuthn level 2 sections 7.1 and 7.2), by the library ``webauthn``.

It takes a tenth of a second to load, so it is loaded when the first passkey is used: ``identity.passkeys`` keeps what is known of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from webauthn import (
    base64url_to_bytes,
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import bytes_to_base64url
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    CredentialDeviceType,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from dirserver.identity.site import Site

# Whatever an answer that strangers made up brings the library to stumble over.
_BROKEN = (WebAuthnException, ValueError, KeyError, TypeError, AttributeError)


@dataclass(frozen=True, slots=True)
class User:
    """For whom a passkey is made: a handle that means nothing elsewhere, and how the browser calls them."""

    handle: bytes
    login: str
    name: str


@dataclass(frozen=True, slots=True)
class Made:
    """A new passkey: its name (base64url), its public key (COSE), the counter it stands at, and whether its maker copies it."""

    name: str
    public_key: bytes
    sign_count: int
    is_synced: bool


def ask_to_register(site: Site, user: User, challenge: bytes, known: Iterable[str]) -> str:
    """Return JSON (PublicKeyCredentialCreationOptions); the passkeys of these names are there already."""
    return options_to_json(
        generate_registration_options(
            rp_id=site.rp_id,
            rp_name=site.name,
            user_id=user.handle,
            user_name=user.login,
            user_display_name=user.name,
            challenge=challenge,
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.PREFERRED, user_verification=UserVerificationRequirement.PREFERRED
            ),
            exclude_credentials=_described(known),
        )
    )


def ask_to_show(site: Site, challenge: bytes, known: Iterable[str], *, needs_user: bool) -> str:
    """Return JSON (PublicKeyCredentialRequestOptions) for one of these, or for any; ``needs_user``: it has to verify who holds it."""
    needed = UserVerificationRequirement.REQUIRED if needs_user else UserVerificationRequirement.PREFERRED
    return options_to_json(
        generate_authentication_options(
            rp_id=site.rp_id, challenge=challenge, allow_credentials=_described(known), user_verification=needed
        )
    )


def registered(site: Site, answer: Mapping[str, object], challenge: bytes) -> Made | None:
    """Return the passkey that a browser made, None for what is none, or none for this site and challenge."""
    try:
        made = verify_registration_response(
            credential=dict(answer), expected_challenge=challenge, expected_rp_id=site.rp_id, expected_origin=site.origin
        )
    except _BROKEN:
        return None
    is_synced = made.credential_device_type is CredentialDeviceType.MULTI_DEVICE
    return Made(bytes_to_base64url(made.credential_id), made.credential_public_key, made.sign_count, is_synced)


def shown(
    site: Site, answer: Mapping[str, object], challenge: bytes, public_key: bytes, sign_count: int, *, needs_user: bool
) -> int | None:
    """Return the counter of the passkey that signed, None if it didn't; one that goes back was copied (section 6.1.1)."""
    try:
        done = verify_authentication_response(
            credential=dict(answer),
            expected_challenge=challenge,
            expected_rp_id=site.rp_id,
            expected_origin=site.origin,
            credential_public_key=public_key,
            credential_current_sign_count=sign_count,
            require_user_verification=needs_user,
        )
    except _BROKEN:
        return None
    return done.new_sign_count


def _described(names: Iterable[str]) -> list[PublicKeyCredentialDescriptor]:
    return [PublicKeyCredentialDescriptor(id=base64url_to_bytes(name)) for name in names]
