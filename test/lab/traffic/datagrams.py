"""UDP in its ways of use. Every datagram is answered before the next goes, so that no queue drops one."""

import socket

from flows import UDP_LITE, udp_flow
from open_files import allow_open_files
from processes import Process

SIZE_MAX = 65_535
ONESHOT_UIDS = range(2101, 2105)
QUERY = 40
ANSWER = 120
# Each question from its own port: to the server, a port taken twice by chance would be one flow of two.
FIRST_PORT = 20_000

UDP_SEGMENT = 103
UDP_GRO = 104
SEGMENT = 1_000
SEGMENTS_AT_ONCE = 40
SEGMENT_SENDS = 5


def udp_socket(address, port=0, protocol=0):
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    opened = socket.socket(family, socket.SOCK_DGRAM, protocol)
    # A lost datagram should fail the case, not hang it.
    opened.settimeout(10)
    opened.bind((address, port))
    return opened


def sizes_of(count):
    """Sizes that no constant could be mistaken for, from 1 to 1,400 bytes, and two empty datagrams."""
    return [(number * 37) % 1_400 + 1 for number in range(count - 2)] + [0, 0]


def answer_size(size):
    return size // 2


def unconnected(lab):
    """sendto() on a socket without a peer, over IPv4."""
    return converse(lab, lab.near.v4, lab.far.v4, lab.far.v4, ask_by_sendto)


def connected(lab):
    """A connected socket over IPv6."""
    return converse(lab, lab.near.v6, lab.far.v6, lab.far.v6, ask_connected)


def mapped(lab):
    """An IPv6 socket that talks to ::ffff:a.b.c.d: one IPv4 flow, counted once."""
    near, far = f"::ffff:{lab.near.v4}", f"::ffff:{lab.far.v4}"
    return converse(lab, near, far, lab.far.v4, ask_by_sendto)


def lite(lab):
    """UDP-Lite, over IPv4 and IPv6."""
    return [
        row
        for near, far in ((lab.near.v4, lab.far.v4), (lab.near.v6, lab.far.v6))
        for row in converse(lab, near, far, far, ask_by_lite, answer_by_lite)
    ]


def ask_by_lite(channel, near, far, count):
    with udp_socket(near, protocol=UDP_LITE) as asking:
        ask_each(channel, asking, far, count, protocol=UDP_LITE)


def answer_by_lite(channel, address, count):
    with udp_socket(address, protocol=UDP_LITE) as answering:
        answer_each(channel, answering, count, protocol=UDP_LITE)


def converse(lab, near, far, far_bind, ask, answer=None):
    count = lab.count or 2000
    server = Process(lab.far.name, "lab-server", answer or answer_one_peer, far_bind, count)
    port = server.receive()
    client = Process(lab.near.name, "lab-client", ask, near, (far, port), count, uid=2001)
    flows = [client.receive(), server.receive()]
    client.join()
    server.join()
    return flows


def ask_by_sendto(channel, near, far, count):
    with udp_socket(near) as asking:
        ask_each(channel, asking, far, count)


def ask_each(channel, asking, far, count, **more):
    sizes = sizes_of(count)
    for size in sizes:
        asking.sendto(bytes(size), far)
        expect_size(asking.recv(SIZE_MAX), answer_size(size))
    report_client(channel, asking, far, sizes, **more)


def ask_connected(channel, near, far, count):
    with udp_socket(near) as asking:
        asking.connect(far)
        sizes = sizes_of(count)
        for size in sizes:
            asking.send(bytes(size))
            expect_size(asking.recv(SIZE_MAX), answer_size(size))
        report_client(channel, asking, far, sizes)


def report_client(channel, asking, far, sizes, **more):
    answers = [answer_size(size) for size in sizes]
    channel.send(udp_flow("client", asking.getsockname(), far, sizes, answers, **more))


def expect_size(datagram, size):
    if len(datagram) != size:
        raise RuntimeError(f"a datagram of {len(datagram)} bytes in place of {size}")


def answer_one_peer(channel, address, count):
    with udp_socket(address) as answering:
        answer_each(channel, answering, count)


def answer_each(channel, answering, count, **more):
    channel.send(answering.getsockname()[1])
    sizes = []
    for _ in range(count):
        datagram, peer = answering.recvfrom(SIZE_MAX)
        sizes.append(len(datagram))
        answering.sendto(bytes(answer_size(len(datagram))), peer)
    answers = [answer_size(size) for size in sizes]
    channel.send(udp_flow("server", answering.getsockname(), peer, answers, sizes, **more))


def oneshot(lab):
    """A socket for each question, as a resolver does: its whole life is two datagrams."""
    count = lab.count or 2000
    each = count // len(ONESHOT_UIDS)
    server = Process(lab.far.name, "lab-server", answer_queries, lab.far.v4, each * len(ONESHOT_UIDS))
    far = (lab.far.v4, server.receive())
    clients = [
        Process(
            lab.near.name, f"lab-c{uid}", ask_queries, lab.near.v4, far, range(first, first + each), uid=uid
        )
        for uid, first in zip(ONESHOT_UIDS, range(FIRST_PORT, SIZE_MAX, each))
    ]
    flows = [flow for client in clients for flow in client.receive()] + server.receive()
    for process in [*clients, server]:
        process.join()
    return flows


def ask_queries(channel, near, far, ports):
    flows = []
    for port in ports:
        with udp_socket(near, port) as asking:
            asking.sendto(bytes(QUERY), far)
            expect_size(asking.recv(SIZE_MAX), ANSWER)
            flows.append(udp_flow("client", asking.getsockname(), far, [QUERY], [ANSWER]))
    channel.send(flows)


def answer_queries(channel, address, count):
    flows = []
    with udp_socket(address) as answering:
        channel.send(answering.getsockname()[1])
        for _ in range(count):
            _, peer = answering.recvfrom(SIZE_MAX)
            answering.sendto(bytes(ANSWER), peer)
            flows.append(udp_flow("server", answering.getsockname(), peer, [ANSWER], [QUERY]))
    channel.send(flows)


def peers(lab):
    """One socket with many peers, each a flow of its own."""
    count = lab.count or 1000
    allow_open_files(2 * count)
    server = Process(lab.far.name, "lab-server", answer_on_many_ports, lab.far.v4, count)
    ports = server.receive()
    client = Process(lab.near.name, "lab-client", ask_many, lab.near.v4, lab.far.v4, ports, uid=2001)
    flows = client.receive()
    server.send("all asked")
    flows += server.receive()
    client.join()
    server.join()
    return flows


def ask_many(channel, near, far, ports):
    flows = []
    with udp_socket(near) as asking:
        for number, port in enumerate(ports):
            sizes = [100 + number % 900] * (1 + number % 3)
            for size in sizes:
                asking.sendto(bytes(size), (far, port))
            flows.append(udp_flow("client", asking.getsockname(), (far, port), sizes, []))
    channel.send(flows)


def answer_on_many_ports(channel, address, count):
    """Only receives, each socket into its own queue."""
    sockets = [udp_socket(address) for _ in range(count)]
    channel.send([receiving.getsockname()[1] for receiving in sockets])
    channel.receive()
    flows = []
    for number, receiving in enumerate(sockets):
        sizes = []
        for _ in range(1 + number % 3):
            datagram, peer = receiving.recvfrom(SIZE_MAX)
            sizes.append(len(datagram))
        flows.append(udp_flow("server", receiving.getsockname(), peer, [], sizes))
    channel.send(flows)


def segmented(lab):
    """
    One call, 40 datagrams (UDP_SEGMENT), five times each way: the client's socket takes them joined again
    (UDP_GRO), the server's one by one. A datagram is a packet in either case.
    """
    server = Process(lab.far.name, "lab-server", answer_segmented, lab.far.v4)
    far = (lab.far.v4, server.receive())
    client = Process(lab.near.name, "lab-client", ask_segmented, lab.near.v4, far, uid=2001)
    flows = [client.receive(), server.receive()]
    client.join()
    server.join()
    return flows


ALL_SEGMENTS = [SEGMENT] * SEGMENTS_AT_ONCE * SEGMENT_SENDS


def ask_segmented(channel, near, far):
    with udp_socket(near) as asking:
        asking.setsockopt(socket.IPPROTO_UDP, UDP_GRO, 1)
        for _ in range(SEGMENT_SENDS):
            send_segments(asking, far)
            left = SEGMENT * SEGMENTS_AT_ONCE
            while left > 0:
                left -= len(asking.recv(SIZE_MAX))
        channel.send(udp_flow("client", asking.getsockname(), far, ALL_SEGMENTS, ALL_SEGMENTS))


def answer_segmented(channel, address):
    with udp_socket(address) as answering:
        channel.send(answering.getsockname()[1])
        for _ in range(SEGMENT_SENDS):
            for _ in range(SEGMENTS_AT_ONCE):
                datagram, peer = answering.recvfrom(SIZE_MAX)
                expect_size(datagram, SEGMENT)
            send_segments(answering, peer)
        channel.send(udp_flow("server", answering.getsockname(), peer, ALL_SEGMENTS, ALL_SEGMENTS))


def send_segments(sending, peer):
    size = [(socket.IPPROTO_UDP, UDP_SEGMENT, SEGMENT.to_bytes(2, "little"))]
    sending.sendmsg([bytes(SEGMENT * SEGMENTS_AT_ONCE)], size, 0, peer)
