"""Sockets that another process uses than the one that opened them: `owner` and `actor` differ."""

import socket

from flows import me, tcp_flow
from pairs import between, finish
from processes import Process
from tcp import REPLY, REQUEST, connect, expect_end, listen, receive_exactly

CHILD_UID = 2555
WORKERS = 3


def prefork(lab):
    """Workers accept from the listener of their master: it owns the connections, each worker uses its own."""
    return finish(*between(lab, serve_with_workers, ask_in_turn, lab.count or 60))


def ask_in_turn(channel, address, port, count):
    flows = []
    for _ in range(count):
        with connect(address, port) as connection:
            connection.sendall(bytes(REQUEST))
            receive_exactly(connection, REPLY)
            flows.append(tcp_flow("client", connection, REQUEST, REPLY))
    channel.send(flows)


def serve_with_workers(channel, address, count):
    listener = listen(address)
    master = me()
    workers = [
        Process(None, f"lab-worker{number}", serve_share, listener, master, count // WORKERS)
        for number in range(WORKERS)
    ]
    channel.send(listener.getsockname()[1])
    flows = [flow for worker in workers for flow in worker.receive()]
    for worker in workers:
        worker.join()
    channel.send(flows)


def serve_share(channel, listener, master, count):
    flows = []
    for _ in range(count):
        connection, _ = listener.accept()
        with connection:
            receive_exactly(connection, REQUEST)
            flows.append(tcp_flow("server", connection, REPLY, REQUEST, owner=master, actor=me()))
            connection.sendall(bytes(REPLY))
            expect_end(connection)
    channel.send(flows)


def setuid_child(lab):
    """A child that gave up root does the traffic on the socket that its parent opened."""
    return finish(*between(lab, serve_one, ask_by_child, client_uid=0))


def ask_by_child(channel, address, port):
    with connect(address, port) as connection:
        owner = me()
        child = Process(None, "lab-child", use, connection, owner, uid=CHILD_UID)
        flows = child.receive()
        child.join()
    channel.send(flows)


def fd_passing(lab):
    """A process of another user does the traffic on a socket that it was given (SCM_RIGHTS)."""
    return finish(*between(lab, serve_one, ask_by_receiver, client_uid=0))


def ask_by_receiver(channel, address, port):
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    # Forked before the connection is there, so that it has nothing but what it is given.
    receiver = Process(None, "lab-receiver", take_and_use, theirs, me(), uid=CHILD_UID)
    with connect(address, port) as connection:
        socket.send_fds(ours, [b"take"], [connection.fileno()])
        flows = receiver.receive()
        receiver.join()
    channel.send(flows)


def take_and_use(channel, given, owner):
    _, handles, _, _ = socket.recv_fds(given, 16, 1)
    use(channel, socket.socket(fileno=handles[0]), owner)


def use(channel, connection, owner):
    connection.sendall(bytes(REQUEST))
    receive_exactly(connection, REPLY)
    channel.send([tcp_flow("client", connection, REQUEST, REPLY, owner=owner, actor=me())])


def serve_one(channel, address):
    listener = listen(address)
    channel.send(listener.getsockname()[1])
    connection, _ = listener.accept()
    with connection:
        receive_exactly(connection, REQUEST)
        connection.sendall(bytes(REPLY))
        expect_end(connection)
        channel.send([tcp_flow("server", connection, REPLY, REQUEST)])
