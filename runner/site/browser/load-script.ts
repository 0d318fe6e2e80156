import { find } from './find.ts'

/** Where scripts leave what they provide, by name. */
export const provided: Record<string, unknown> = {}

declare global {
  /** Called by each script that is loaded later. */
  var docsfyProvide: (name: string, value: unknown) => void
}

globalThis.docsfyProvide = (name, value) => {
  provided[name] = value
}

/** Loads a script from the site's assets and returns what it provides. `fetch` and `import()` don't work from a folder. */
export async function loadScript(name: string): Promise<unknown> {
  const own = find<HTMLScriptElement>('head script[src]')
  if (!own) throw new Error('the address of the assets is unknown')
  const script = document.createElement('script')
  script.src = new URL(`${name}.js`, own.src).href
  await new Promise((resolve, reject) => {
    script.addEventListener('load', resolve)
    script.addEventListener('error', reject)
    document.head.append(script)
  })
  script.remove()
  if (!(name in provided)) throw new Error(`${name} is incomplete`)
  return provided[name]
}
