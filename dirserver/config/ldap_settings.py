# SPDX-License-Identifier: GPL-3.0-or-later
"""The settings of the LDAP door."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from dirserver.config.about import About
from dirserver.config.values import Address, FilePath, MaybeAddress
from dirserver.model.dn import DN
from dirserver.model.names import Login

_LDAP_ADDRESS = Address("127.0.0.1", 3890)
_NO_NAME = DN()
_NO_FILE = FilePath("")
_NO_ADDRESS = MaybeAddress("")


@dataclass(frozen=True, slots=True)
class LdapSettings:
    """LDAP, for mail clients, desk phones, printers and scripts."""

    listen: Annotated[
        Address,
        About(
            "Where to listen. Clients on other machines need TLS to sign in: set tls_certificate and tls_key (they may then use StartTLS "
            "here), put TLS in front (see deploy/), or see allow_plain_bind."
        ),
    ] = _LDAP_ADDRESS
    tls_listen: Annotated[
        MaybeAddress, About("Where to listen with TLS from the first octet (ldaps). Empty: nowhere.", example="0.0.0.0:636")
    ] = _NO_ADDRESS
    tls_certificate: Annotated[
        FilePath,
        About(
            "The certificate in PEM, with the chain below it, for StartTLS and tls_listen. A renewed file is noticed within a minute. "
            "An ECDSA key costs a third less per connection than an RSA key.",
            example="/etc/letsencrypt/live/ldap.example.com/fullchain.pem",
        ),
    ] = _NO_FILE
    tls_key: Annotated[
        FilePath, About("Its private key in PEM, without a password.", example="/etc/letsencrypt/live/ldap.example.com/privkey.pem")
    ] = _NO_FILE
    tls_client_ca: Annotated[
        FilePath,
        About(
            "Certificates in PEM of those who issue certificates to clients. Whoever shows one over TLS may bind with SASL EXTERNAL as the "
            "account whose mail address or login the certificate names. Empty: nobody."
        ),
    ] = _NO_FILE
    workers: Annotated[int, About("Processes that answer.", minimum=1, maximum=64)] = 1
    answer_cache_mb: Annotated[
        int,
        About(
            "How much memory each worker may use for answers that it gave before; they are given again while nothing has changed. 0: none.",
            minimum=0,
            maximum=4096,
        ),
    ] = 32
    entry_cache_mb: Annotated[
        int,
        About(
            "How much memory each worker may use for entries in the form in which they are sent, 1 to 2 kB each; what doesn't fit is made "
            "anew each time. 0: none.",
            minimum=0,
            maximum=16_384,
        ),
    ] = 128
    directory_memory_mb: Annotated[
        int,
        About(
            "How much memory each worker may use to hold who there is and what they are found by, about 3 kB an entry, and twice that "
            "for some seconds while it is made anew. Then what mail programs and phones ask is answered without the database. Where "
            "it isn't enough for everybody, or the database is PostgreSQL, nothing is held. 0: none.",
            minimum=0,
            maximum=65_536,
        ),
    ] = 384
    threads: Annotated[int, About("Searches that one process works on at the same time.", minimum=1, maximum=256)] = 8
    suffix: Annotated[DN, About("The name at the top of the tree. Empty: made from the domain.", example="dc=example,dc=com")] = _NO_NAME
    anonymous: Annotated[
        bool, About("Answer searches without a login. Such clients see what grants give to anonymous, which is nothing until you grant it.")
    ] = False
    allow_plain_bind: Annotated[
        bool,
        About(
            "Accept passwords from other machines over connections without TLS. Loopback is always accepted. "
            "Only for networks that you trust: everybody on the way can read the passwords."
        ),
    ] = False
    widen_base_search: Annotated[
        bool,
        About(
            "Answer a search for somebody at the suffix with scope base as if its scope were subtree. RFC 4511 says otherwise, but the "
            "LDAP directories that Thunderbird's simple set-up makes ask so, and find nobody without it."
        ),
    ] = False
    may_act_as_others: Annotated[
        tuple[Login, ...],
        About(
            "Logins of the accounts (an intranet's, a gateway's) that may make single requests as any account but an administrator's, "
            "without its password (proxied authorization, RFC 4370). The log keeps who acted as whom. Empty: nobody."
        ),
    ] = ()
    size_limit: Annotated[
        int,
        About(
            "The most entries that one search returns. Mail clients that download a whole book don't ask page by page: "
            "keep it above the number of people.",
            minimum=1,
            maximum=1_000_000,
        ),
    ] = 20_000
    sync_size_limit: Annotated[
        int,
        About(
            "The most entries that one synchronization of a mirror (RFC 4533) brings. Whoever may read them all may have them all: "
            "they come bit by bit, at the speed of the mirror.",
            minimum=1,
            maximum=10_000_000,
        ),
    ] = 1_000_000
    persistent_searches: Annotated[
        int, About("Searches that one process keeps open to tell what changes. 0: none.", minimum=0, maximum=65_536)
    ] = 500
    persistent_searches_per_account: Annotated[int, About("The same for one account.", minimum=1, maximum=65_536)] = 10
    time_limit_s: Annotated[int, About("The longest that one search may take.", minimum=1, maximum=3_600)] = 10
    max_message_bytes: Annotated[int, About("The longest message of a client that has signed in.", minimum=4_096, maximum=67_108_864)] = (
        1_048_576
    )
    max_message_bytes_before_bind: Annotated[
        int, About("The longest message of a client that has not signed in.", minimum=1_024, maximum=1_048_576)
    ] = 16_384
    max_filter_depth: Annotated[
        int, About("How many levels of and, or and not a search's filter may have: adminLimitExceeded beyond.", minimum=5, maximum=48)
    ] = 48
    max_filter_parts: Annotated[
        int,
        About(
            "How many conditions, ands, ors and nots a search's filter may have in all.",
            minimum=16,
            maximum=300,
        ),
    ] = 256
    max_running_requests: Annotated[
        int, About("Requests of one connection that are worked on at the same time.", minimum=1, maximum=64)
    ] = 4
    max_waiting_requests: Annotated[
        int, About("Requests of one connection that wait behind those; then nothing more is read from it.", minimum=1, maximum=10_000)
    ] = 100
    max_unread_bytes: Annotated[
        int,
        About(
            "How much of its answers one connection may leave unread while more is found; the search then ends with adminLimitExceeded.",
            minimum=1_048_576,
            maximum=1_073_741_824,
        ),
    ] = 67_108_864
    max_connections: Annotated[int, About("Connections that one process keeps open at the same time.", minimum=1, maximum=65_536)] = 2_000
    max_connections_per_address: Annotated[
        int,
        About(
            "The same from one address (of IPv6: from one /64), loopback aside. Raise it where many clients come through one address: "
            "a proxy, an office behind NAT.",
            minimum=1,
            maximum=65_536,
        ),
    ] = 200
    max_connections_per_account: Annotated[
        int,
        About(
            "The same of one account; one more is told adminLimitExceeded when it signs in. Phones and printers that share an account "
            "count together.",
            minimum=1,
            maximum=65_536,
        ),
    ] = 500
    handshake_timeout_s: Annotated[int, About("The longest that TLS may take to be set up.", minimum=1, maximum=300)] = 20
    stall_timeout_s: Annotated[
        int, About("A client that takes nothing of its answer for so long is cut off.", minimum=1, maximum=3_600)
    ] = 30
    idle_timeout_s: Annotated[int, About("A connection that is silent for so long is closed.", minimum=10, maximum=86_400)] = 900
    idle_timeout_before_bind_s: Annotated[int, About("The same for a client that has not signed in.", minimum=1, maximum=86_400)] = 60
