"""A client in the near namespace and a server in the far one, over IPv4."""

from processes import Process


def between(lab, serve, ask, *arguments, client_uid=2001):
    """Runs serve(channel, address, ...), which tells its port first, and ask(channel, address, port, ...)."""
    server = Process(lab.far.name, "lab-server", serve, lab.far.v4, *arguments)
    port = server.receive()
    client = Process(lab.near.name, "lab-client", ask, lab.far.v4, port, *arguments, uid=client_uid)
    return client, server


def finish(client, server):
    flows = client.receive() + server.receive()
    client.join()
    server.join()
    return flows
