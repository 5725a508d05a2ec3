const printableAscii = /^[\x20-\x7e]*$/

// C0, DEL, C1; soft hyphen; bidi controls and isolates; zero-width and joiners; line separators; invisible
// operators; variation selectors are left (emoji need them); interlinear marks; tags; lone surrogates; private
// use (the UI's slot markers live there) and noncharacters.
const unsafe =
  // oxlint-disable-next-line no-control-regex -- finding control characters is what this is for
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ue000-\uf8ff]|[\u{e0000}-\u{e007f}\u{f0000}-\u{10ffff}]|\p{Cs}/gu

const replacement = '\ufffd'

/**
 * Text from outside (process names, paths, user names, remote answers) made safe to print: whatever could move
 * the cursor, reorder or hide text becomes U+FFFD, and at most `maxLength` UTF-16 units are kept, the cut marked
 * by an ellipsis. Called once, where the text enters; nothing downstream cleans again.
 */
export function cleanText(text: string, maxLength: number): string {
  const cut = text.length > maxLength ? text.slice(0, maxLength - 1) + '…' : text
  if (printableAscii.test(cut)) return cut
  return cut.replace(unsafe, replacement)
}

const utf8 = new TextDecoder('utf-8')

/** Cleans raw bytes that should be UTF-8; invalid sequences become U+FFFD. */
export function cleanBytes(bytes: Uint8Array, maxLength: number): string {
  return cleanText(utf8.decode(bytes), maxLength)
}
