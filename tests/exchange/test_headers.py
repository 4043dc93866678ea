# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from dirserver.exchange.headers import meaning_of, meanings_of


@pytest.mark.parametrize(
    "header, attribute",
    [
        ("Given Name", "givenName"),
        ("First Name", "givenName"),
        ("E-mail 1 - Value", "mail"),
        ("E-mail 2 - Value", "mail"),
        ("E-mail 1 - Label", "kind"),
        ("Phone 1 - Value", "telephoneNumber"),
        ("Organization Name", "o"),
        ("Organization 1 - Title", "title"),
        ("Address 1 - Postal Code", "postalCode"),
        ("Event 1 - Value", "anniversary"),
        ("E-mail 2 Address", "mail"),
        ("Dirección del correo electrónico 2", "mail"),
        ("Straße geschäftlich", "street"),
        ("Adres służbowy - miejscowość", "l"),
        ("Telefone celular", "mobile"),
        ("Téléphone (domicile)", "homePhone"),
        ("Poŝtelefono", "mobile"),
        ("Primary Email", "mail"),
        ("Labels", "categories"),
        ("Mobile Phone", "mobile"),
        ("Business Phone", "telephoneNumber"),
        ("E-mail Address", "mail"),
        ("work-phone", "telephoneNumber"),
        ("nazwisko", "sn"),
        ("objectClass", ""),
        ("modifyTimestamp", ""),
        ("uuid", "entryUUID"),
        ("Shoe size", ""),
        ("", ""),
    ],
)
def test_headers_of_well_known_exports_are_guessed(header: str, attribute: str):
    assert meaning_of(header) == attribute


def test_words_mean_something_else_beside_others():
    assert meanings_of(("Title", "Job Title")) == ("personalTitle", "title")
    assert meanings_of(("Title", "Company")) == ("title", "o")
    assert meanings_of(("Nomo", "Persona nomo", "Familia nomo")) == ("cn", "givenName", "sn")
    assert meanings_of(("Nombre", "Apellidos")) == ("givenName", "sn")
    assert meanings_of(("Nomo", "Retpoŝtadreso")) == ("cn", "mail")
    assert meanings_of(("Aniversario", "Cumpleaños")) == ("anniversary", "birthDate")
    assert meanings_of(("Aniversário", "Nome")) == ("", "givenName")
    assert meanings_of(("Birth Year", "Birth Month", "Birth Day")) == ("", "", "")


def test_of_two_addresses_the_first_counts_unless_a_column_says_which_is_which():
    assert meanings_of(("Business Street", "Business Street 2")) == ("street", "")
    assert meanings_of(("Address 1 - City", "Address 2 - City")) == ("l", "")
    kinds = ("Address 1 - Label", "Address 1 - City", "Address 2 - Label", "Address 2 - City")
    assert meanings_of(kinds) == ("kind", "l", "kind", "l")
