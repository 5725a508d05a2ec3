import { openBpfSource } from '../../../src/capture/bpf/bpf-source.ts'
import { Owners } from '../../../src/capture/owners/owners.ts'
import { runPython, SamplesOf, sum } from './watched-python.ts'

// A program of its own, because a process cannot take its privileges back: opens as root, becomes nobody, and
// prints what it sees of traffic that comes after.
const nobody = 65534
const source = openBpfSource({ owners: new Owners(), actor: true })
process.setgroups!([])
process.setgid!(nobody)
process.setuid!(nobody)
const pid = runPython(`
listener = socket.create_server(('127.0.0.1', 0))
client = socket.create_connection(listener.getsockname())
server, _ = listener.accept()
client.sendall(b'x' * 1000)
server.recv(1000, socket.MSG_WAITALL)
client.close()
server.close()
sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
sender.sendto(b'x' * 100, ('127.0.0.1', 9))
sender.close()`)
const samples = new SamplesOf()
source.poll(samples.take)
const later = new SamplesOf()
source.poll(later.take)
console.log(
  JSON.stringify({
    uid: process.getuid!(),
    owner: samples.of(pid, 6)[0]?.owner,
    tcp: sum(samples.of(pid, 6), 'txBytes'),
    udp: sum(samples.of(pid, 17), 'txBytes'),
    later: later.of(pid, 17).length,
    lost: source.status().lost,
  }),
)
source.close()
