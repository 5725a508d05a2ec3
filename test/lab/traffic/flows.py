"""The rows of a report: what each end of a flow must show, to the byte."""

import os
import socket

from processes import own_name

TCP = socket.IPPROTO_TCP
UDP = socket.IPPROTO_UDP
UDP_LITE = socket.IPPROTO_UDPLITE


def me():
    """This process as the owner or the user of a socket."""
    return {"pid": os.getpid(), "uid": os.getuid(), "process": own_name()}


def tcp_flow(end, connection, tx, rx, **more):
    """Of a connection that is still open (its addresses are gone with close)."""
    direction = "outbound" if end == "client" else "inbound"
    ends = (connection.getsockname(), connection.getpeername())
    return flow(end, TCP, *ends, tx, rx, **{"direction": direction, "closed": True, **more})


def udp_flow(end, local, remote, tx_sizes, rx_sizes, protocol=UDP, **more):
    """The sizes of the datagrams each way; their number is known as well as their sum."""
    packets = {"txPackets": len(tx_sizes), "rxPackets": len(rx_sizes)}
    return flow(end, protocol, local, remote, sum(tx_sizes), sum(rx_sizes), **{**packets, **more})


def flow(end, protocol, local, remote, tx, rx, **more):
    """
    `more` may replace the owner (who opened the socket; `None`: the kernel) and add what this case knows:
    `actor` (another process that used the socket last), `txPackets`, `rxPackets`, `retransmits`, `direction`,
    `closed`, `partial`. What a row does not name is not compared.
    """
    return {
        "end": end,
        "protocol": protocol,
        "localAddress": local[0],
        "localPort": local[1],
        "remoteAddress": remote[0],
        "remotePort": remote[1],
        "owner": me() if "owner" not in more else None,
        "txBytes": tx,
        "rxBytes": rx,
        **more,
    }
