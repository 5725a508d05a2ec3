import type { RateUnit } from '../../text/units.ts'
import type { Paint } from '../../theme/theme.ts'

/** How the page of packets is drawn. */
export interface PacketDrawing {
  readonly columns: number
  readonly unit: RateUnit
  readonly paint: Paint
}
