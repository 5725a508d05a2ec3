"""Connections of 6-18 ms: the ones that a monitor that polls never sees."""

import random
import selectors
import time

from flows import tcp_flow
from processes import Process
from tcp import FIRST_PORT, REPLY, REQUEST, connect, expect_end, listen, receive_exactly

UIDS = range(2001, 2009)
CLIENT_ENDS_FIRST = b"c"
SERVER_ENDS_FIRST = b"s"


def short(lab):
    """1 kB out, 3 kB in, IPv4 and IPv6 in turn, a client process for each of 8 uids; either end closes first."""
    count = lab.count or 2000
    if count % len(UIDS):
        raise ValueError(f"short needs a multiple of {len(UIDS)} connections")
    server = Process(lab.far.name, "lab-server", serve, lab.far, count)
    ports = server.receive()
    each = count // len(UIDS)
    shares = [range(first, first + each) for first in range(FIRST_PORT, FIRST_PORT + count, each)]
    clients = [
        Process(lab.near.name, f"lab-c{uid}", open_short_ones, lab.far, ports, own_ports, uid=uid)
        for uid, own_ports in zip(UIDS, shares)
    ]
    flows = [flow for client in clients for flow in client.receive()] + server.receive()
    for process in [*clients, server]:
        process.join()
    return flows


def open_short_ones(channel, far, ports, own_ports):
    flows = []
    for number, own_port in enumerate(own_ports):
        v6 = number % 2
        connection = connect(far.v6 if v6 else far.v4, ports[v6], own_port)
        client_first = number % 4 < 2
        kind = CLIENT_ENDS_FIRST if client_first else SERVER_ENDS_FIRST
        connection.sendall(kind * REQUEST)
        time.sleep(random.uniform(0.005, 0.017))
        receive_exactly(connection, REPLY)
        if not client_first:
            expect_end(connection)
        flows.append(tcp_flow("client", connection, REQUEST, REPLY))
        connection.close()
    channel.send(flows)


class Conversation:
    """One accepted connection. `step`: it has something to read; answers whether it is over."""

    def __init__(self, connection):
        self.connection = connection
        self.kind = b""
        self.read = 0

    def step(self):
        data = self.connection.recv(4096)
        self.read += len(data)
        self.kind = self.kind or data[:1]
        if self.read < REQUEST:
            return False
        if data:
            self.connection.sendall(bytes(REPLY))
        return not data or self.kind == SERVER_ENDS_FIRST


def serve(channel, far, count):
    listeners = [listen(far.v4), listen(far.v6)]
    channel.send([listener.getsockname()[1] for listener in listeners])
    selector = selectors.DefaultSelector()
    for listener in listeners:
        selector.register(listener, selectors.EVENT_READ)
    flows = []
    while len(flows) < count:
        for key, _ in selector.select():
            if key.data is None:
                connection, _ = key.fileobj.accept()
                selector.register(connection, selectors.EVENT_READ, Conversation(connection))
            elif key.data.step():
                connection = key.fileobj
                flows.append(tcp_flow("server", connection, REPLY, key.data.read))
                selector.unregister(connection)
                connection.close()
    channel.send(flows)
