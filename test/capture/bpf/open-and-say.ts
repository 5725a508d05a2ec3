import { openBpfSource } from '../../../src/capture/bpf/bpf-source.ts'
import { CaptureError } from '../../../src/capture/capture-error.ts'
import { Owners } from '../../../src/capture/owners/owners.ts'
import { runPython, SamplesOf, sum } from './watched-python.ts'

// A program of its own, to be run with fewer capabilities: opens the source and prints what came of it.
try {
  const source = openBpfSource({ owners: new Owners(), actor: true })
  const pid = runPython(`
listener = socket.create_server(('127.0.0.1', 0))
client = socket.create_connection(listener.getsockname())
server, _ = listener.accept()
client.sendall(b'x' * 1000)
server.recv(1000, socket.MSG_WAITALL)`)
  const samples = new SamplesOf()
  source.poll(samples.take)
  console.log(JSON.stringify({ ...source.status(), tcp: sum(samples.of(pid, 6), 'txBytes') }))
  source.close()
} catch (error) {
  if (!(error instanceof CaptureError)) throw error
  console.log(JSON.stringify({ code: error.code, message: error.message, next: error.next }))
}
