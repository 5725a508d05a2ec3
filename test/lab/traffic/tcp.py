"""The calls that the TCP cases share."""

import array
import fcntl
import socket
import termios
import time

SIOCOUTQNSD = 0x894B
REQUEST = 1_000
REPLY = 3_000
# Below the ports that the kernel gives.
FIRST_PORT = 20_000


def family_of(address):
    return socket.AF_INET6 if ":" in address else socket.AF_INET


def listen(address, backlog=1024):
    listener = socket.socket(family_of(address), socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((address, 0))
    listener.listen(backlog)
    return listener


def connect(address, port, local_port=0):
    """
    With a local port of its own where a case makes many connections: the kernel would give a port that is free
    again a second time, and two flows of one case would have the same addresses and ports.
    """
    connection = socket.socket(family_of(address), socket.SOCK_STREAM)
    if local_port != 0:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        connection.bind(("", local_port))
    connection.connect((address, port))
    return connection


def receive_exactly(connection, count):
    left = count
    while left > 0:
        got = connection.recv(min(left, 1 << 18))
        if not got:
            raise EOFError(f"{left} of {count} bytes missing")
        left -= len(got)


def expect_end(connection):
    """Waits for the peer's FIN; a byte more than the case knows of would make its totals wrong."""
    if connection.recv(1) != b"":
        raise RuntimeError("more bytes than the case sends")


def wait_until(condition, what, seconds=10):
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(what)
        time.sleep(0.005)


def unread(connection):
    return queue_length(connection, termios.FIONREAD)


def unacknowledged(connection):
    return queue_length(connection, termios.TIOCOUTQ)


def never_sent(connection):
    """Bytes that wait in the send queue and were not transmitted even once."""
    return queue_length(connection, SIOCOUTQNSD)


def queue_length(connection, request):
    length = array.array("i", [0])
    fcntl.ioctl(connection, request, length)
    return length[0]
