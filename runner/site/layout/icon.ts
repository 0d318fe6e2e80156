import type { Element } from 'hast'
import { h } from 'hastscript'

/** A picture that the stylesheet draws in the text's colour. It says nothing to screen readers. */
export const icon = (name: string): Element => h('span', { className: ['icon', `icon-${name}`], ariaHidden: 'true' })
