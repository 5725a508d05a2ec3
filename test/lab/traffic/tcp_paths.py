"""One connection whose bytes take an unusual path into or out of the socket: 1 MB out, 3 kB in."""

import ctypes
import os
import socket
import tempfile
import time

from flows import tcp_flow
from processes import Process, checked, libc
from tcp import (
    REPLY,
    connect,
    expect_end,
    listen,
    receive_exactly,
    unacknowledged,
    wait_until,
)

BULK = 1_000_000
PIPE_CHUNK = 65_536

SO_ATTACH_FILTER = 26
SO_DETACH_FILTER = 27
SO_MEMINFO = 55
SO_ZEROCOPY = 60
MSG_ZEROCOPY = 0x4000000
MSG_ERRQUEUE = 0x2000
TCPI_TOTAL_RETRANS = slice(100, 104)
MEMINFO_DROPS = slice(32, 36)

# Of 2^32 equally likely values, those that a filter drops.
ONE_OF_FOUR = 1 << 30
EACH = (1 << 32) - 1


def sendfile(lab):
    return transfer(lab, lab.far.v4, send_by_sendfile, receive_exactly)


def splice(lab):
    return transfer(lab, lab.far.v6, send_by_splice, receive_by_splice)


def zerocopy(lab):
    return transfer(lab, lab.far.v4, send_by_zerocopy, receive_exactly)


def mapped(lab):
    """An IPv6 socket at either end, an IPv4 connection between them: one flow with IPv4 addresses."""
    return transfer(lab, f"::ffff:{lab.far.v4}", send_plainly, receive_exactly)


def retransmits(lab):
    """
    The receiver drops a quarter of the segments for a while, by a filter on its own socket: neither netem nor
    iptables is everywhere. Bytes count once, the segments sent again are counted apart.
    """
    return transfer(lab, lab.far.v4, send_into_loss, receive_with_loss)


def transfer(lab, address, send, receive):
    server = Process(lab.far.name, "lab-server", answer_bulk, address, receive)
    client = Process(lab.near.name, "lab-client", ask_bulk, address, server.receive(), send, uid=2001)
    flows = [client.receive(), server.receive()]
    client.join()
    server.join()
    return flows


def ask_bulk(channel, address, port, send):
    with connect(address, port) as connection:
        more = send(connection, BULK) or {}
        receive_exactly(connection, REPLY)
        channel.send(tcp_flow("client", connection, BULK, REPLY, **more))


def answer_bulk(channel, address, receive):
    listener = listen(address)
    channel.send(listener.getsockname()[1])
    connection, _ = listener.accept()
    with connection:
        receive(connection, BULK)
        connection.sendall(bytes(REPLY))
        expect_end(connection)
        channel.send(tcp_flow("server", connection, REPLY, BULK))


def send_plainly(connection, count):
    connection.sendall(bytes(count))


def send_by_sendfile(connection, count):
    with tempfile.TemporaryFile() as file:
        file.write(bytes(count))
        file.flush()
        sent = 0
        while sent < count:
            sent += os.sendfile(connection.fileno(), file.fileno(), sent, count - sent)


def send_by_splice(connection, count):
    source, sink = os.pipe()
    with tempfile.TemporaryFile() as file:
        file.write(bytes(count))
        file.seek(0)
        left = count
        while left > 0:
            moved = os.splice(file.fileno(), sink, min(left, PIPE_CHUNK))
            splice_all(source, connection.fileno(), moved)
            left -= moved
    os.close(source)
    os.close(sink)


def receive_by_splice(connection, count):
    source, sink = os.pipe()
    nowhere = os.open("/dev/null", os.O_WRONLY)
    left = count
    while left > 0:
        moved = os.splice(connection.fileno(), sink, min(left, PIPE_CHUNK))
        if moved == 0:
            raise EOFError(f"{left} of {count} bytes missing")
        splice_all(source, nowhere, moved)
        left -= moved
    for handle in (source, sink, nowhere):
        os.close(handle)


def splice_all(source, sink, count):
    while count > 0:
        count -= os.splice(source, sink, count)


def send_by_zerocopy(connection, count):
    connection.setsockopt(socket.SOL_SOCKET, SO_ZEROCOPY, 1)
    data = memoryview(bytes(count))
    while data:
        try:
            data = data[connection.send(data[:PIPE_CHUNK], MSG_ZEROCOPY) :]
        except OSError as error:
            if error.errno != 105:  # ENOBUFS: too many notifications wait
                raise
        collect_notifications(connection)
    wait_until(lambda: unacknowledged(connection) == 0, "zero-copy data was not acknowledged")
    collect_notifications(connection)


def collect_notifications(connection):
    while True:
        try:
            connection.recvmsg(1, 1024, MSG_ERRQUEUE | socket.MSG_DONTWAIT)
        except BlockingIOError:
            return


def send_into_loss(connection, count):
    connection.sendall(bytes(count))
    wait_until(lambda: unacknowledged(connection) == 0, "the receiver never got all", 30)
    info = connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 104)
    again = int.from_bytes(info[TCPI_TOTAL_RETRANS], "little")
    if again == 0:
        raise RuntimeError("nothing was lost, so this case shows nothing")
    return {"retransmits": again}


def receive_with_loss(connection, count):
    drop_below(connection, EACH)
    early = receive_until_dropped(connection)
    drop_below(connection, ONE_OF_FOUR)
    receive_exactly(connection, count // 2 - early)
    time.sleep(0.05)
    connection.setsockopt(socket.SOL_SOCKET, SO_DETACH_FILTER, 0)
    receive_exactly(connection, count - count // 2)


def receive_until_dropped(connection):
    """Until a segment was dropped for certain: the few large ones of a fast host may all pass a filter of chance."""
    early = 0

    def dropped():
        nonlocal early
        try:
            early += len(connection.recv(PIPE_CHUNK, socket.MSG_DONTWAIT))
        except BlockingIOError:
            pass
        info = connection.getsockopt(socket.SOL_SOCKET, SO_MEMINFO, 36)
        return int.from_bytes(info[MEMINFO_DROPS], "little") > 0

    wait_until(dropped, "the filter dropped nothing", 30)
    return early


class FilterProgram(ctypes.Structure):
    """struct sock_fprog"""

    _fields_ = [("length", ctypes.c_ushort), ("instructions", ctypes.c_void_p)]


def drop_below(connection, bound):
    """Classic BPF: a = random(); if a >= bound accept, else drop (linux/filter.h, SKF_AD_RANDOM = 56)."""
    code = b"".join(
        operation.to_bytes(2, "little") + bytes([if_true, if_false]) + value.to_bytes(4, "little")
        for operation, if_true, if_false, value in (
            (0x20, 0, 0, 0xFFFFF000 + 56),
            (0x35, 0, 1, bound),
            (0x06, 0, 0, 0xFFFFFFFF),
            (0x06, 0, 0, 0),
        )
    )
    instructions = ctypes.create_string_buffer(code, len(code))
    program = FilterProgram(len(code) // 8, ctypes.addressof(instructions))
    checked(
        libc.setsockopt(
            connection.fileno(),
            socket.SOL_SOCKET,
            SO_ATTACH_FILTER,
            ctypes.byref(program),
            ctypes.sizeof(program),
        ),
        "SO_ATTACH_FILTER",
    )
