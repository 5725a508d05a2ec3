import type { InterfaceView, OpacityTold } from '../../../query/opacity.ts'
import type { PacketView } from '../../store/packet-view.ts'
import { wrapCells } from '../../text/cells.ts'
import { socketSentence, unseenPackets } from '../../text/opacity-words.ts'
import { formatDuration } from '../../text/units.ts'
import type { PacketDrawing } from './packet-drawing.ts'
import { accountLines } from './packet-account.ts'
import { classLines } from './packet-classes.ts'
import { ownerLines } from './packet-owners.ts'
import { sourceText } from '../notices.ts'

/** What the network sees of this host, and what its sockets know of the same packets. */
export function packetLines(view: PacketView, drawing: PacketDrawing): readonly string[] {
  const { told } = view
  const { columns, paint } = drawing
  if (!told) return ['', ...indented('Opening the interfaces of this host ...', columns)]
  if (told.kind === 'seen') return seenLines(told, view, drawing)
  return [
    '',
    paint('title', ' The packets of this host are not seen'),
    '',
    ...indented(sentence(told.message), columns),
    ...indented(sentence(told.next), columns),
  ]
}

type Seen = Extract<OpacityTold, { kind: 'seen' }>

function seenLines(
  { opacity, coverage }: Seen,
  view: PacketView,
  drawing: PacketDrawing,
): readonly string[] {
  const { columns, paint } = drawing
  const { interfaces, host, look } = opacity
  const leading = interfaces.filter(isLeading)
  const others = interfaces.filter((one) => !isLeading(one))
  const heading = `What the network sees of ${coverage.host}, ${formatDuration(look)}; sockets by ${sourceText(coverage)}`
  return [
    ...wrapCells(heading, columns - 2).map((line) => paint('title', ` ${line}`)),
    ...unseenPackets(opacity).flatMap((text) =>
      wrapCells(text, columns - 4).map(
        (line, i) => `${i === 0 ? paint('warning', ' ! ') : '   '}${line}`,
      ),
    ),
    '',
    ...(leading.length === 0 ? indented('No interface leads out of this host.', columns) : []),
    ...classLines(host.outer.length > 1 ? opacity : undefined, leading, view, drawing),
    '',
    ...accountLines(opacity, drawing),
    '',
    ...ownerLines(interfaces, drawing),
    '',
    ...indented(socketSentence(host), columns),
    ...(others.length > 0 ? ['', ...classLines(undefined, others, view, drawing)] : []),
  ]
}

/** What tells the story: how packets leave, and what is inside their tunnels. */
const isLeading = ({ kind }: InterfaceView) => kind === 'outer' || kind === 'tunnel'

const indented = (text: string, columns: number) =>
  wrapCells(text, columns - 4).map((line) => `   ${line}`)

const sentence = (text: string) =>
  `${(text[0] ?? '').toUpperCase()}${text.slice(1)}${/[.!?]$/.test(text) ? '' : '.'}`
