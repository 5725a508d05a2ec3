/** The hidden command under which e2etop starts itself as a recorder; its one argument is a `SourceRequest` in JSON. */
export const privateRecorderCommand = 'private-recorder'
/** Descriptor of the live stream in the recorder. */
export const liveStreamFd = 3
