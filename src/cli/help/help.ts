import { casePage } from '../../export/case/case-page.ts'
import { didYouMean } from '../../model/near-miss.ts'
import { grammarPage } from '../../query/filter/grammar-page.ts'
import { groupingPage, timePage } from '../query/word-pages.ts'
import {
  commandSpecs,
  helpTopics,
  type CommandName,
  type HelpTopic,
} from '../command-line/command-specs.ts'
import { manPage } from './man-page.ts'
import { usage, usageOf } from './usage.ts'
import { UsageError } from '../command-line/usage-error.ts'

const pages: Record<HelpTopic, () => string> = {
  filter: grammarPage,
  case: casePage,
  by: groupingPage,
  time: timePage,
  man: manPage,
}

/** What `e2etop help TOPIC` prints. @throws UsageError where nothing is called so */
export function helpPage(topic: string | undefined): string {
  if (topic === undefined) return usage()
  if (Object.hasOwn(pages, topic)) return pages[topic as HelpTopic]()
  if (Object.hasOwn(commandSpecs, topic)) return usageOf(topic as CommandName)
  const meant = didYouMean(topic, [...helpTopics, ...Object.keys(commandSpecs)])
  throw new UsageError(`there is no help about '${topic}'${meant}`)
}
