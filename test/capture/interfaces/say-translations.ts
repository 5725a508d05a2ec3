import { once } from 'node:events'
import { Translations } from '../../../src/capture/interfaces/translations.ts'
import type { FlowEnds } from '../../../src/capture/interfaces/conntrack-message.ts'
import { formatAddress } from '../../../src/model/address.ts'

/** Says `open`; then, no longer as root, what is known once a line comes. */
const translations = new Translations()
process.setgid?.(65_534)
process.setuid?.(65_534)
process.stdout.write('open\n')
await once(process.stdin, 'data')
const text = ({ protocol, localAddress, localPort, remoteAddress, remotePort }: FlowEnds) =>
  `${protocol} ${formatAddress(localAddress)} ${localPort} > ${formatAddress(remoteAddress)} ${remotePort}`
const known = [...translations.read()].map(({ before, after }) => [text(before), text(after)])
process.stdout.write(`${JSON.stringify({ known, missed: translations.missed })}\n`)
translations.close()
process.stdin.destroy()
