/** What records. All of it is loaded before it lets go of root's rights, after which its files may not be readable. */
export { runPrivateRecorder } from '../recording/private-recorder.ts'
export { record } from '../recording/record.ts'
