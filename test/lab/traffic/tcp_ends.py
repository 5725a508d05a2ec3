"""Connections with an end, or a beginning, that is easily counted wrong."""

import errno
import socket
import struct
import time

from flows import TCP, flow, tcp_flow
from pairs import between, finish
from processes import Process
from tcp import (
    FIRST_PORT,
    REPLY,
    REQUEST,
    connect,
    expect_end,
    listen,
    never_sent,
    receive_exactly,
    unacknowledged,
    unread,
    wait_until,
)

QUEUED = 6_500_000
SO_SNDBUFFORCE = 32
SO_RCVBUFFORCE = 33
WINDOW = 1_000_000


def linger0(lab):
    """close() with SO_LINGER 0 sends a reset, and the kernel zeroes the counters on the way."""
    return finish(*between(lab, serve_until_reset, ask_and_reset, lab.count or 100))


def ask_and_reset(channel, address, port, count):
    flows = []
    for own_port in range(FIRST_PORT, FIRST_PORT + count):
        connection = connect(address, port, own_port)
        connection.sendall(bytes(REQUEST))
        receive_exactly(connection, REPLY)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        flows.append(tcp_flow("client", connection, REQUEST, REPLY))
        connection.close()
    channel.send(flows)


def serve_until_reset(channel, address, count):
    listener = listen(address)
    channel.send(listener.getsockname()[1])
    flows = []
    for _ in range(count):
        connection, _ = listener.accept()
        with connection:
            receive_exactly(connection, REQUEST)
            # Now, because after the reply a reset may come at any time and take the name of the peer.
            flows.append(tcp_flow("server", connection, REPLY, REQUEST))
            connection.sendall(bytes(REPLY))
            try:
                expect_end(connection)
                raise RuntimeError("a FIN instead of a reset")
            except ConnectionResetError:
                pass
    channel.send(flows)


def unsent(lab):
    """
    close() with megabytes queued at a peer that does not read, then a reset by the peer: what was transmitted
    counts, not what was written. The truth is the client's queue (SIOCOUTQNSD) and the server's (FIONREAD).
    """
    client, server = between(lab, never_read, queue_and_close, client_uid=0)
    client.receive()
    server.send("reset")
    return finish(client, server)


def queue_and_close(channel, address, port):
    connection = connect(address, port)
    connection.setsockopt(socket.SOL_SOCKET, SO_SNDBUFFORCE, 2 * QUEUED)
    connection.setblocking(False)
    queued = 0
    while queued < QUEUED:
        queued += connection.send(bytes(min(65_536, QUEUED - queued)))
    wait_until_still(lambda: (never_sent(connection), unacknowledged(connection)))
    sent = queued - never_sent(connection)
    if sent == queued:
        raise RuntimeError("all was sent, so this case shows nothing")
    flows = [tcp_flow("client", connection, sent, 0)]
    connection.close()
    channel.send("closed")
    channel.send(flows)


def never_read(channel, address):
    listener = listen(address)
    listener.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, WINDOW)
    channel.send(listener.getsockname()[1])
    connection, _ = listener.accept()
    channel.receive()
    flows = [tcp_flow("server", connection, 0, unread(connection))]
    # With unread data in its queue, close sends a reset (RFC 2525, 2.17).
    connection.close()
    channel.send(flows)


def wait_until_still(reading, still_seconds=0.5):
    """Until two readings that far apart agree: the window is shut and its probes have nothing to add."""
    before = None
    while (now := reading()) != before:
        before = now
        time.sleep(still_seconds)


def half_close(lab):
    """The client's FIN arrives early: from then on the server's receive counter is one too high."""
    client, server = between(lab, serve_after_fin, ask_and_shut)
    server.receive()
    lab.pause("half-closed")
    server.send("go on")
    return finish(client, server)


HALF_CLOSE_REPLY = 200_000


def ask_and_shut(channel, address, port):
    with connect(address, port) as connection:
        # Now, because a socket that both sides have closed no longer knows its peer.
        flows = [tcp_flow("client", connection, REQUEST, HALF_CLOSE_REPLY)]
        connection.sendall(bytes(REQUEST))
        connection.shutdown(socket.SHUT_WR)
        receive_exactly(connection, HALF_CLOSE_REPLY)
        expect_end(connection)
    channel.send(flows)


def serve_after_fin(channel, address):
    listener = listen(address)
    channel.send(listener.getsockname()[1])
    connection, _ = listener.accept()
    with connection:
        receive_exactly(connection, REQUEST)
        expect_end(connection)
        connection.sendall(bytes(REPLY))
        channel.send("half closed")
        channel.receive()
        flows = [tcp_flow("server", connection, HALF_CLOSE_REPLY, REQUEST)]
        connection.sendall(bytes(HALF_CLOSE_REPLY - REPLY))
    channel.send(flows)


def refused(lab):
    """connect() to a port where nobody listens: flows of no bytes, at the client only, with their owner."""
    addresses = (lab.near.v4, lab.far.v4)
    client = Process(lab.near.name, "lab-client", knock, *addresses, lab.count or 20, uid=2001)
    flows = client.receive()
    client.join()
    return flows


def knock(channel, near, far, count):
    flows = []
    for port in range(1, count + 1):
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as knocking:
            knocking.bind((near, 0))
            # Before the call, because a refused socket has forgotten its ends.
            local = knocking.getsockname()
            if knocking.connect_ex((far, port)) != errno.ECONNREFUSED:
                raise RuntimeError("somebody listens")
            flows.append(flow("client", TCP, local, (far, port), 0, 0, direction="outbound"))
    channel.send(flows)
