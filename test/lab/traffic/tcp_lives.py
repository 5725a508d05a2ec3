"""Connections whose life is longer than capture's, or sockets that have more than one life."""

import ctypes
import socket

from flows import tcp_flow
from pairs import between, finish
from processes import checked, libc
from tcp import REPLY, REQUEST, connect, expect_end, listen, receive_exactly

BEFORE = 300_000
AFTER = 50_000
SECOND_REQUEST = 2_000


def older(lab):
    """Opened, and 300 kB sent, before capture begins: only what follows counts, and the flow is `partial`."""
    client, server = between(lab, serve_across_start, ask_across_start)
    server.receive()
    lab.pause("before capture")
    client.send("go on")
    return finish(client, server)


def ask_across_start(channel, address, port):
    with connect(address, port) as connection:
        connection.sendall(bytes(BEFORE))
        receive_exactly(connection, REPLY)
        channel.receive()
        connection.sendall(bytes(AFTER))
        receive_exactly(connection, REPLY)
        channel.send([older_flow("client", connection, AFTER, REPLY)])


def serve_across_start(channel, address):
    listener = listen(address)
    channel.send(listener.getsockname()[1])
    connection, _ = listener.accept()
    with connection:
        receive_exactly(connection, BEFORE)
        connection.sendall(bytes(REPLY))
        channel.send("before")
        receive_exactly(connection, AFTER)
        connection.sendall(bytes(REPLY))
        expect_end(connection)
        channel.send([older_flow("server", connection, REPLY, AFTER)])


def older_flow(end, connection, tx, rx):
    return tcp_flow(end, connection, tx, rx, partial=True, direction="unknown")


def reused(lab):
    """One socket connects, disconnects (connect to AF_UNSPEC) and connects again: two flows of one cookie."""
    return finish(*between(lab, serve_twice, ask_twice))


def ask_twice(channel, address, port):
    with connect(address, port) as connection:
        flows = [exchange(connection, REQUEST)]
        disconnect(connection)
        connection.connect((address, port))
        flows.append(exchange(connection, SECOND_REQUEST))
    channel.send(flows)


def exchange(connection, count):
    connection.sendall(bytes(count))
    receive_exactly(connection, REPLY)
    return tcp_flow("client", connection, count, REPLY)


def serve_twice(channel, address):
    listener = listen(address)
    channel.send(listener.getsockname()[1])
    flows = []
    for count in (REQUEST, SECOND_REQUEST):
        connection, _ = listener.accept()
        with connection:
            receive_exactly(connection, count)
            flows.append(tcp_flow("server", connection, REPLY, count))
            connection.sendall(bytes(REPLY))
            await_end_or_reset(connection)
    channel.send(flows)


def await_end_or_reset(connection):
    try:
        expect_end(connection)
    except ConnectionResetError:
        # A disconnect sends a reset, a close sends a FIN; this case has one of each.
        return


def disconnect(connection):
    """Python's connect() takes no AF_UNSPEC address."""
    nobody = ctypes.create_string_buffer(socket.AF_UNSPEC.to_bytes(2, "little"), 16)
    checked(libc.connect(connection.fileno(), nobody, len(nobody)), "connect to AF_UNSPEC")
