import type { HostCoverage } from '../../src/query/partial-answer.ts'
import type { Question } from '../../src/query/question.ts'

/** Of a host that has all of the time asked for, and says nothing of its capture. */
export const wholeCoverage = (
  host: string,
  { range }: Question,
  read = { rowsScanned: 0, bytesRead: 0 },
): HostCoverage => ({
  host,
  asked: range,
  covered: range,
  gaps: [],
  capture: undefined,
  ...read,
  stoppedAt: undefined,
})
