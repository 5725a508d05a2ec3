/** Colours that every terminal has. */
export const markColours = ['red', 'green', 'yellow', 'blue', 'magenta', 'cyan'] as const

/** What a host belongs to, such as `prod`: told by its name wherever the host is, and by a colour. */
export interface HostMark {
  readonly name: string
  readonly colour: (typeof markColours)[number]
}
