"""Echo requests and replies. Bytes are those of the ICMP message, header included, as its user sees it."""

import socket
import struct

from flows import flow
from processes import Process

COUNT = 20
HEADER = 8
DATA = 56

SOL_RAW = 255
ICMP_FILTER = 1
ECHO_REPLY = 0
ECHO_REQUEST = 8
ECHO_REQUEST_V6 = 128
ECHO_REPLY_V6 = 129
IPV4_HEADER = 20


def ping(lab):
    """IPv4 by an ICMP datagram socket (as ping does where the sysctl allows it), IPv6 by a raw socket."""
    return [
        in_process(lab, "lab-ping4", ping_by_datagram, lab.near.v4, lab.far.v4),
        in_process(lab, "lab-ping6", ping_by_raw_socket, lab.near.v6, lab.far.v6),
    ]


def ping_raw(lab):
    """IPv4 by a raw socket; a case of its own, because ICMP has no ports to tell two sockets of one address apart."""
    return [in_process(lab, "lab-raw4", ping_by_raw_socket, lab.near.v4, lab.far.v4)]


def in_process(lab, name, work, near, far):
    client = Process(lab.near.name, name, work, near, far, lab.count or COUNT)
    pinged = client.receive()
    client.join()
    return pinged


def ping_by_datagram(channel, near, far, count):
    allow_ping_sockets()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM, socket.IPPROTO_ICMP) as pinging:
        pinging.settimeout(10)
        pinging.bind((near, 0))
        for number in range(count):
            pinging.sendto(echo_request(ECHO_REQUEST, number), (far, 0))
            expect_length(pinging.recv(2048), HEADER + DATA)
        channel.send(client_flow(socket.IPPROTO_ICMP, near, far, count))


def ping_by_raw_socket(channel, near, far, count):
    v6 = ":" in far
    protocol = socket.IPPROTO_ICMPV6 if v6 else socket.IPPROTO_ICMP
    with socket.socket(socket.AF_INET6 if v6 else socket.AF_INET, socket.SOCK_RAW, protocol) as pinging:
        pinging.settimeout(10)
        pinging.bind((near, 0))
        take_only_replies(pinging, v6)
        for number in range(count):
            pinging.sendto(echo_request(ECHO_REQUEST_V6 if v6 else ECHO_REQUEST, number), (far, 0))
            # A raw IPv4 socket is given the IP header, too; it is no part of the message.
            expect_length(pinging.recv(2048), HEADER + DATA + (0 if v6 else IPV4_HEADER))
        channel.send(client_flow(protocol, near, far, count))


def client_flow(protocol, near, far, count):
    size = count * (HEADER + DATA)
    packets = {"txPackets": count, "rxPackets": count}
    return flow("client", protocol, (near, 0), (far, 0), size, size, **packets)


def allow_ping_sockets():
    with open("/proc/sys/net/ipv4/ping_group_range", "w", encoding="ascii") as groups:
        groups.write("0 2147483647")


def take_only_replies(pinging, v6):
    """A raw socket would else be given every ICMP message of its namespace, neighbour discovery first."""
    if v6:
        blocked = bytearray(b"\xff" * 32)
        blocked[ECHO_REPLY_V6 // 8] &= ~(1 << ECHO_REPLY_V6 % 8) & 0xFF
        pinging.setsockopt(socket.IPPROTO_ICMPV6, ICMP_FILTER, bytes(blocked))
    else:
        pinging.setsockopt(SOL_RAW, ICMP_FILTER, struct.pack("<I", 0xFFFFFFFF ^ (1 << ECHO_REPLY)))


def echo_request(kind, number):
    unsummed = struct.pack(">BBHHH", kind, 0, 0, 0, number) + bytes(DATA)
    # The kernel sums ICMPv6 and datagram sockets itself, and IPv4 raw sockets not at all.
    return unsummed[:2] + struct.pack(">H", checksum(unsummed)) + unsummed[4:]


def checksum(message):
    total = sum(struct.unpack(f">{len(message) // 2}H", message))
    while total > 0xFFFF:
        total = (total & 0xFFFF) + (total >> 16)
    return total ^ 0xFFFF


def expect_length(message, length):
    if len(message) != length:
        raise RuntimeError(f"a reply of {len(message)} bytes in place of {length}")
