# SPDX-License-Identifier: GPL-3.0-or-later
"""dirserver account: who may sign in."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from pathlib import Path

import click

from dirserver.cli.options import config_option, json_option, opened, password_option
from dirserver.cli.terminal import note, print_json, print_rows, read_password, say
from dirserver.directory.offboarding import Offboarded
from dirserver.exchange.reading_hashes import hashes_in
from dirserver.identity.moving_in import Outcome
from dirserver.model.principal import Principal


@click.group()
def account() -> None:
    """Accounts: who may sign in."""


@account.command("add")
@click.argument("login")
@click.option("--name", required=True, help="Full name.")
@click.option("--mail", required=True, help="Mail address; it also works for signing in.")
@click.option("--admin", is_flag=True, help="May do everything on the pages.")
@password_option
@config_option
def add(login: str, name: str, mail: str, admin: bool, password_stdin: bool, config_file: Path | None) -> None:
    """Make an account for LOGIN; it belongs to the person of that name in the company's address book, if there is one.

    Without --password-stdin the password is asked for on a terminal; elsewhere the account has none, and only device
    passwords work.
    """
    password = read_password(from_stdin=password_stdin, prompt=f"Password for {login}")
    with opened(config_file) as parts:
        made = parts.identity.add_account(login, name=name, mail=mail, password=password, is_admin=admin)
    say(f"account {made.login} made" + ("" if made.entry_uuid else "; no person of that name is in the address book yet"))
    if password is None:
        note(f"it has no password yet: dirserver account invite {made.login}, or dirserver device-password add {made.login} --label ...")


@account.command("list")
@json_option
@config_option
def list_(as_json: bool, config_file: Path | None) -> None:
    """List all accounts."""
    with opened(config_file) as parts:
        rows = [
            (each.login, each.name, each.mail, each.is_admin, each.is_active, each.entry_uuid, each.leaves_at)
            for each in parts.identity.accounts()
        ]
    print_rows(("Login", "Name", "Mail", "Admin", "Active", "Person", "Leaves"), rows, as_json=as_json)


@account.command("set")
@click.argument("login")
@click.option("--name", default=None, help="Full name.")
@click.option("--mail", default=None, help="Mail address; it also works for signing in.")
@click.option("--admin/--no-admin", "is_admin", default=None, help="May do everything on the pages, or what grants say.")
@config_option
def set_(login: str, name: str | None, mail: str | None, is_admin: bool | None, config_file: Path | None) -> None:
    """Call the account of LOGIN otherwise, give it another address, or make it an administrator's. Somebody stays administrator."""
    with opened(config_file) as parts:
        before = parts.identity.account(login)
        changed = parts.administration.opened(Principal.system()).change(
            login,
            name=before.name if name is None else name,
            mail=before.mail if mail is None else mail,
            is_admin=before.is_admin if is_admin is None else is_admin,
        )
    say(f"account {changed.login}: {changed.name}, {changed.mail or 'no address'}{', administrator' if changed.is_admin else ''}")


@account.command("password")
@click.argument("login")
@password_option
@config_option
def password(login: str, password_stdin: bool, config_file: Path | None) -> None:
    """Set the main password of LOGIN; its browsers have to sign in again."""
    given = read_password(from_stdin=password_stdin, prompt=f"New password for {login}")
    if given is None:
        raise click.UsageError("give the password with --password-stdin, or run this on a terminal")
    with opened(config_file) as parts:
        parts.identity.set_password(login, given)
    say(f"password of {login} set")


@account.command("reset-second-factor")
@click.argument("login")
@config_option
def reset_second_factor(login: str, config_file: Path | None) -> None:
    """Take the second factor of LOGIN away (app, passkeys, recovery codes), for somebody who lost it; browsers are signed out.

    Make sure who is asking: from now on the password alone opens the account.
    """
    with opened(config_file) as parts:
        had = parts.second_factor.reset(login)
        state = parts.second_factor.state(login)
    say(f"second factor of {login} removed" if had else f"{login} had no second factor")
    if state.is_required:
        note("their group asks for one: they set up another when they next sign in")
    if state.must_lengthen:
        note("their password is too short to be the only factor: they choose a longer one when they next sign in")


@account.command("close")
@click.argument("login")
@config_option
def close(login: str, config_file: Path | None) -> None:
    """Close the account of LOGIN: nothing signs in any more, at once, on any device. Its data stays."""
    with opened(config_file) as parts:
        parts.identity.close_account(login)
    say(f"account {login} closed")


@account.command("offboard")
@click.argument("login")
@click.option("--at", type=click.DateTime(), metavar="DATE", help="Not now but then, as 2027-01-31 or 2027-01-31T18:00:00.")
@click.option("--cancel", is_flag=True, help="Take back that LOGIN leaves on a day.")
@click.option("--handover-to", metavar="LOGIN", help="Who takes over their books and becomes manager or assistant in their place.")
@json_option
@config_option
def offboard(  # options of a command
    login: str, at: datetime | None, cancel: bool, handover_to: str | None, as_json: bool, config_file: Path | None
) -> None:
    """Let LOGIN go: in one step the account is closed, its passwords, devices, tokens, grants and groups are gone, its entry is archived.

    Tells which devices may still hold copies, and who needs another manager or assistant. With --at the account opens nothing from
    that moment on (a day begins at its midnight; [pages] timezone says where), and a running server does the rest within a
    quarter of a minute.
    """
    if cancel and (at is not None or handover_to is not None):
        raise click.UsageError("--cancel stands alone")
    with opened(config_file) as parts, parts.directory.writing(Principal.system()) as writing:
        if cancel:
            writing.departures.cancel(login)
            say(f"{login} stays")
            return
        if at is not None:
            when = parts.config.pages.timezone.moment(at)
            writing.departures.schedule(login, when, handover_to=handover_to)
            say(f"{login} leaves on {when:%Y-%m-%d %H:%M %Z}; take it back with --cancel")
            return
        done = writing.departures.let_go(login, handover_to=handover_to)
    if as_json:
        print_json(_told(done))
    else:
        _tell(done, handover_to)


def _told(done: Offboarded) -> dict[str, object]:
    copies = [{**asdict(each), "last_used_at": each.last_used_at.isoformat() if each.last_used_at else None} for each in done.copies]
    return {**asdict(done), "copies": copies}


def _tell(done: Offboarded, handover_to: str | None) -> None:
    say(f"{done.login} opens no door any more" + ("; the entry is archived" if done.is_archived else ""))
    for what, names in (("left the groups", done.groups), ("lost grants on", done.revoked), (f"{handover_to} may use", done.books)):
        if names:
            say(f"{what}: {', '.join(names)}")
    for each in done.referrals:
        say(f"{each.attribute} of {each.display} ({each.name}): {each.successor or 'still ' + done.login + ', name another one'}")
    for one in done.copies:
        used = f"last used {one.last_used_at:%Y-%m-%d %H:%M} UTC from {one.last_used_address}" if one.last_used_at else "never used"
        say(f"may hold copies: {one.what} '{one.label}' ({one.scope}), {used}")


@account.command("reopen")
@click.argument("login")
@config_option
def reopen(login: str, config_file: Path | None) -> None:
    """Open a closed account again."""
    with opened(config_file) as parts:
        parts.identity.reopen_account(login)
    say(f"account {login} open again")


@account.command("link")
@click.argument("login")
@config_option
def link(login: str, config_file: Path | None) -> None:
    """Print a link by which LOGIN can choose a password, once, within 15 minutes."""
    with opened(config_file) as parts:
        token = parts.identity.make_password_link(login)
        say(f"{parts.config.http.public_url}/welcome/{token}")


@account.command("invite")
@click.argument("login")
@click.option("--mail", "by_mail", is_flag=True, help="Send the link to the account's mail address; without this it is printed.")
@config_option
def invite(login: str, config_file: Path | None, *, by_mail: bool) -> None:
    """Invite LOGIN, whose account has no password yet, to choose one by a link that works once. Inviting again ends the link before."""
    with opened(config_file) as parts:
        invited = parts.identity.links.invite(login, by_mail=by_mail)
        if invited.is_mailed:
            say(f"an invitation is on its way to {parts.identity.account(login).mail}")
        else:
            say(f"{parts.config.http.public_url}/welcome/{invited.secret}")


@account.command("invitations")
@json_option
@config_option
def invitations(config_file: Path | None, *, as_json: bool) -> None:
    """List who was invited and has not come yet."""
    with opened(config_file) as parts:
        rows = [
            (each.account.login, each.account.mail, each.invited_at, each.invited_by, each.expires_at, each.has_expired)
            for each in parts.identity.links.invitations()
        ]
    print_rows(("Login", "Mail", "Invited", "By", "Until", "Expired"), rows, as_json=as_json)


@account.command("uninvite")
@click.argument("login")
@config_option
def uninvite(login: str, config_file: Path | None) -> None:
    """Take the invitation of LOGIN back."""
    with opened(config_file) as parts:
        parts.identity.links.revoke_invitation(login)
    say(f"the invitation of {login} holds no more")


@account.command("import-hashes")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--apply", "is_applying", is_flag=True, help="Do it; without this only the plan is shown.")
@json_option
@config_option
def import_hashes(file: Path, is_applying: bool, as_json: bool, config_file: Path | None) -> None:
    """Let people keep the passwords of another directory: take userPassword from FILE (LDIF) for the accounts of those uids.

    Takes {SSHA}, {SSHA256}, {SSHA512}, {SHA}, {PBKDF2-SHA256}, {ARGON2} and {CRYPT} with $5$ and $6$; each is hashed anew when
    its owner signs in. An account that has a password keeps it. Delete FILE afterwards.
    """
    given = hashes_in(file)
    with opened(config_file) as parts:
        told = parts.moving_in.take(given) if is_applying else parts.moving_in.plan(given)
    print_rows(("Line", "Login", "Outcome"), [(each.line, each.login, each.outcome.value) for each in told], as_json=as_json)
    count = sum(each.outcome is Outcome.SET for each in told)
    note(f"{count} of {len(told)} set" if is_applying else f"{count} of {len(told)} would be set; do it with --apply")
