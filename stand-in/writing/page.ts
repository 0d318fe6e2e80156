import { endMark } from '../prompt.ts'
import { writeMarkdown } from './markdown.ts'
import { type Block, emphasis, heading, paragraph } from './nodes.ts'

const note =
  'No model wrote this page. docsfy’s stand-in assembled it from the files of the repository ' +
  'and cites each source by its lines.'

/** The answer's reader rejects longer pages. */
const maxCharacters = 150_000

/** The complete text of a page, with a note on how it was made and the end mark. */
export function finishPage(title: string, blocks: Block[]): string {
  const head = [heading(1, title.replace(/\s+/g, ' ')), paragraph(emphasis(note))]
  let text = writeMarkdown([...head, ...blocks])
  for (let kept = blocks.length - 1; text.length > maxCharacters && kept > 0; kept = Math.floor(kept * 0.8)) {
    text = writeMarkdown([...head, ...blocks.slice(0, kept), paragraph('The rest does not fit on this page.')])
  }
  return `${text.trimEnd()}\n\n${endMark}`
}
