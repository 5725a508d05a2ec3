let segmenter: Intl.Segmenter | undefined

/** What a reader takes for the characters of a text. */
export function* graphemesOf(text: string): Generator<string> {
  // Made when first needed: it takes 7 ms, and most commands print none but ASCII.
  segmenter ??= new Intl.Segmenter(undefined, { granularity: 'grapheme' })
  for (const { segment } of segmenter.segment(text)) yield segment
}
