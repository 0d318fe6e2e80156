import { endMark } from '../prompt.ts'
import { writeMarkdown } from './markdown.ts'
import { type Block, emphasis, heading, paragraph } from './nodes.ts'

const note =
  'No model wrote this page: docsfy’s stand-in assembled it from the files of the repository; ' +
  'each source is named with its lines.'

/** More is refused by the reader of the answer. */
const maxCharacters = 150_000

/** The whole text of a page, with the sentence that says how it came about and the line that says it is complete. */
export function finishPage(title: string, blocks: Block[]): string {
  const head = [heading(1, title.replace(/\s+/g, ' ')), paragraph(emphasis(note))]
  let text = writeMarkdown([...head, ...blocks])
  for (let kept = blocks.length - 1; text.length > maxCharacters && kept > 0; kept = Math.floor(kept * 0.8)) {
    text = writeMarkdown([...head, ...blocks.slice(0, kept), paragraph('There is more than fits on a page.')])
  }
  return `${text.trimEnd()}\n\n${endMark}`
}
