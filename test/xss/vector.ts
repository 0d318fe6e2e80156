/**
 * Text in which `RUN` stands for JavaScript that reports that it ran, and `EVIL` for an address on another server that reports requests.
 * A function, where these must be encoded.
 */
export type Source = string | ((run: string, evil: string) => string)

/** Where an attacker's text gets into a site. */
export type Place =
  | 'body'
  | 'project'
  | 'tagline'
  | 'group'
  | 'title'
  | 'path'
  | 'excerptPath'
  | 'branch'
  | 'commit'
  | 'model'
  | 'repository'
  | 'search'
  | 'copied'
  | 'diagram'
  | 'image'
  | 'former'

/** One way to make a site run, request, hide or shadow something. */
export interface Vector {
  source: Source
  /** A page's markdown unless another place is named. */
  place?: Place
  /** An expression that is true in a page where the vector worked without running or requesting anything. */
  effect?: string
  /** Why it does nothing in today's Chromium even when nothing stops it. Such a vector counts only if it starts to work. */
  inert?: string
}

export interface Family {
  name: string
  vectors: readonly (Source | Vector)[]
}

/** A vector that other browsers obey, or that Chromium once did. */
export const inert = (source: Source, why: string): Vector => ({ source, inert: why })

/** The vector's text. All that it runs or requests reports this number. */
export function textOf({ source }: Vector, number: number): string {
  const run = `hit(${number})`
  const evil = `http://evil.test/${number}`
  return typeof source === 'function' ? source(run, evil) : source.replaceAll('RUN', run).replaceAll('EVIL', evil)
}

/** Writes each character as a reference: `encode` gets its code. */
export const references = (text: string, encode: (code: number) => string): string =>
  Array.from(text, (sign) => encode(sign.codePointAt(0) ?? 0)).join('')

export const decimal = (text: string): string => references(text, (code) => `&#${code};`)
export const hexadecimal = (text: string): string => references(text, (code) => `&#x${code.toString(16)};`)
export const base64 = (text: string): string => Buffer.from(text).toString('base64')
