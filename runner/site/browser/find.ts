/** The first element that matches. Never looked up by a name on `document` or `window`, which content could shadow. */
export const find = <Kind extends HTMLElement>(selector: string, within: ParentNode = document): Kind | undefined =>
  within.querySelector<Kind>(selector) ?? undefined

export const findAll = <Kind extends HTMLElement>(selector: string, within: ParentNode = document): Kind[] => [
  ...within.querySelectorAll<Kind>(selector),
]

/** Makes an element of the given class. */
export function make<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  className: string,
  ...children: (Node | string)[]
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag)
  element.className = className
  element.append(...children)
  return element
}
