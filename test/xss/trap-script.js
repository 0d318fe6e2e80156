// Runs first in every frame. Once a site's page has loaded, does all that a reader could do there, and tells what came of it.
;(() => {
  const [, folder] = /^\/([\w-]+)\//.exec(location.pathname) ?? []
  if (location.hostname !== 'site.test' || folder === undefined) return
  // Taken now, since a page may put elements in its place.
  const { querySelectorAll } = Document.prototype
  const elements = (selector) => [...querySelectorAll.call(document, selector)]

  addEventListener('click', stay)
  addEventListener('load', () => setTimeout(visit))

  async function visit() {
    for (const element of elements(`:is(body, svg:root) :not(${OWN})`)) act(element)
    if (USED[folder]) await useScripts()
    // What a handler or an address started in this turn comes before the next.
    setTimeout(() => {
      for (const [number, works] of EFFECTS[folder] ?? []) if (isTrue(works)) window.hit(number)
      window.visited(location.pathname, live())
    })
  }

  /** Searches for what all vectors have in them, and copies the page. */
  async function useScripts() {
    elements('.search-button')[0].click()
    const input = await appearing('.search-input')
    input.value = 'hit'
    input.dispatchEvent(new Event('input'))
    await appearing('.search-status:not(:empty)')
    for (const hit of elements('.search-hit')) act(hit)
    const [copy] = elements('.copy-page')
    copy?.click()
    if (copy) await appearing('.copy-status:not(:empty)')
  }

  async function appearing(selector) {
    for (;;) {
      const [element] = elements(selector)
      if (element) return element
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }

  function act(element) {
    const focuses = element.tabIndex >= 0 || element.isContentEditable
    if (focuses) element.focus()
    const listened = element.getAttributeNames().map((name) => name.toLowerCase().replace(/^on/, ''))
    for (const event of listened)
      if (READERS.includes(event)) element.dispatchEvent(new Event(event, { bubbles: true }))
    element.dispatchEvent(new MouseEvent('click', { bubbles: true, cancelable: true }))
    if (element.localName === 'details') element.open = !element.open
    if (focuses) element.blur()
  }

  /** Readers may follow links to other sites; what a link runs here is another matter. Only frames may follow `data:`. */
  function stay(event) {
    const link = event.composedPath().find(({ localName }) => localName === 'a')
    if (/^(?:https?|mailto|data):$/.test(link?.protocol)) event.preventDefault()
  }

  /** What no page may hold, whether it does something or not. */
  function live() {
    return elements('main *').flatMap((element) => [
      ...(TAGS.test(element.localName) && !isPicture(element) ? [element.localName] : []),
      ...element
        .getAttributeNames()
        .filter((name) => /^on|^style$|^src|^name$/.test(name) && !(name === 'src' && isPicture(element))),
      ...(/^(?:javascript|data|vbscript):/i.test(element.href ?? '') ? [element.href] : []),
    ])
  }

  /** A file that the site's renderer has made, under a name that it has made. */
  function isPicture(element) {
    return (
      element.localName === 'img' && /^assets\/(?:diagram|image)-[0-9a-f]{20}\.svg$/.test(element.getAttribute('src'))
    )
  }

  function isTrue(expression) {
    try {
      return expression()
    } catch {
      return false
    }
  }

  /** These load further scripts, which takes too long to do on each page. */
  const OWN = '.search-button, .search-button *, .copy-page, .copy-page *'
  const TAGS = /^(?:script|style|img|svg|math|iframe|object|embed|form|input|base|meta|link|template)$/
  /** Events that come when a reader does something. */
  const READERS = [
    'pointerover pointerenter pointerdown pointermove pointerup pointercancel pointerleave gotpointercapture',
    'mouseover mouseenter mousemove mousedown mouseup dblclick auxclick contextmenu mouseout mouseleave wheel',
    'keydown keypress beforeinput input change keyup select selectstart copy cut paste invalid submit reset',
    'drag dragstart dragenter dragover drop dragend scroll scrollend scrollsnapchange focusin focusout',
  ].flatMap((line) => line.split(' '))
})()
