/** The hidden command under which e2etop starts itself to read packets beside the flows that it is told. */
export const privatePacketsCommand = 'private-packets'
