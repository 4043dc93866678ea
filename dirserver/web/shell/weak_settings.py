# SPDX-License-Identifier: GPL-3.0-or-later
"""Settings that work and are weak, as ``care.weaknesses`` tells them: ``refusals`` says them in the reader's language.

Names of settings and commands stay as they are typed. A test holds the list to the code.
"""

from __future__ import annotations

from dirserver.web.shell.languages import mark

WEAK_SETTINGS = (
    mark(
        "[http] listen is {listen} without TLS: whoever is on the way reads names and numbers, and passwords are refused; "
        "set tls_certificate and tls_key, or listen on loopback behind a web server with TLS"
    ),
    mark("[http] public_url is {url}: phones would be set up without TLS; give an address that begins with https://"),
    mark(
        "[ldap] listen is {listen} without TLS: nobody from elsewhere can sign in there, and what is answered can be read on the "
        "way; set tls_certificate and tls_key"
    ),
    mark("[ldap] allow_plain_bind is on: passwords from other machines travel so that everybody on the way can read them"),
    mark("[ldap] anonymous is on: what grants give to anonymous is for everybody who reaches the port; see dirserver who-can people"),
    mark("[ldap] may_act_as_others: whoever has a password of {told} reads and writes as anybody but an administrator"),
    mark("[http] trusted_proxies has {network}: everybody there can choose the address that throttling and the audit trail see"),
    mark("[metrics] allow_from has {network}: everybody there can read how the server does; name those that collect metrics"),
    mark("[security] session_idle_minutes is {minutes}: a browser left open stays signed in for more than a day"),
    mark("[security] session_max_hours is {hours}: a stolen session holds for more than thirty days"),
    mark("[ldap] max_message_bytes_before_bind is {size}: so much memory takes each connection of somebody who has not signed in"),
    mark("{name}: every user of this machine can read {path}; run: chmod o-rwx {again}"),
    mark("[mail] password_file: others than its owner can read {path}, and send mail in the company's name; run: chmod 600 {again}"),
    mark("[database] url: every user of this machine can read {path}; run: chmod o-rwx {again}*"),
    mark("{path} holds the database's password, and every user of this machine can read it; run: chmod o-rwx {again}"),
)
