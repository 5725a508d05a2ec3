"""Thousands of connections that are open at once and silent, for measuring a look at all of them."""

from flows import tcp_flow
from open_files import allow_open_files
from pairs import between, finish
from tcp import REPLY, connect, expect_end, listen, receive_exactly


def crowd(lab):
    """Half of the sockets are the client's and half the server's; they say something once, before the pause."""
    count = lab.count or 9_000
    allow_open_files(count + 100)
    client, server = between(lab, serve_crowd, ask_as_crowd, count)
    client.receive()
    lab.pause("open")
    client.send("go on")
    return finish(client, server)


def ask_as_crowd(channel, address, port, count):
    connections = []
    for _ in range(count):
        connection = connect(address, port)
        receive_exactly(connection, REPLY)
        connections.append(connection)
    channel.send("all open")
    channel.receive()
    flows = [tcp_flow("client", connection, 0, REPLY) for connection in connections]
    for connection in connections:
        connection.close()
    channel.send(flows)


def serve_crowd(channel, address, count):
    listener = listen(address)
    channel.send(listener.getsockname()[1])
    connections = []
    for _ in range(count):
        connection, _ = listener.accept()
        connection.sendall(bytes(REPLY))
        connections.append(connection)
    flows = [tcp_flow("server", connection, REPLY, 0) for connection in connections]
    for connection in connections:
        expect_end(connection)
        connection.close()
    channel.send(flows)
