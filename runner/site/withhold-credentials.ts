import type { Root } from 'mdast'
import { visit } from 'unist-util-visit'
import { isCredentialFile } from '../files/credential-files.ts'
import { rangeOfInfo } from './source-range.ts'
import type { OnHidden } from './tame-html.ts'

/** Replaces each quotation of a file that is there to hold credentials with a note: whatever it quotes, nobody may read it here. */
export function withholdCredentials(tree: Root, onHidden: OnHidden): void {
  visit(tree, 'code', (node, index, parent) => {
    const range = rangeOfInfo(`${node.lang ?? ''} ${node.meta ?? ''}`)
    if (!range || !isCredentialFile(range.path) || !parent || index === undefined) return
    onHidden(`quotation of ${range.path}`, node.value)
    const value = ' is not quoted here: files of its kind hold credentials.'
    parent.children[index] = {
      type: 'paragraph',
      children: [
        { type: 'inlineCode', value: range.path },
        { type: 'text', value },
      ],
    }
  })
}
