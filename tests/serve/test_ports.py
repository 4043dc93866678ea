# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import socket

import pytest

from dirserver.config import Address
from dirserver.errors import BadConfig
from dirserver.serve.ports import Reserved

ANY_PORT = Address("127.0.0.1", 0)


def test_a_taken_port_is_told_with_address_and_remedy():
    with socket.create_server(("127.0.0.1", 0)) as other:
        address = Address("127.0.0.1", other.getsockname()[1])
        with pytest.raises(BadConfig) as caught:
            Reserved(address, "[http] listen")
    assert str(address) in caught.value.public_message
    assert "taken by another program" in caught.value.public_message
    assert "[http] listen" in caught.value.public_message


def test_a_second_dirserver_of_the_same_user_is_refused_though_both_share_ports_with_their_workers():
    first = Reserved(ANY_PORT, "x")
    with pytest.raises(BadConfig, match="taken"):
        Reserved(first.address, "x")
    first.release()
    Reserved(first.address, "x").release()


def test_workers_can_listen_on_a_reserved_address():
    reserved = Reserved(ANY_PORT, "x")
    with socket.socket() as worker:
        worker.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        worker.bind((reserved.address.host, reserved.address.port))
        worker.listen()
        with socket.create_connection((reserved.address.host, reserved.address.port), timeout=5):
            worker.accept()[0].close()
    reserved.release()


def test_an_address_of_another_machine_is_told():
    with pytest.raises(BadConfig, match="doesn't have that address"):
        Reserved(Address("192.0.2.1", 0), "[ldap] listen")


def test_a_name_is_looked_up_once_for_all_workers():
    reserved = Reserved(Address("localhost", 0), "x")
    assert reserved.address.host == "127.0.0.1"
    assert reserved.address.port > 0
    reserved.release()
