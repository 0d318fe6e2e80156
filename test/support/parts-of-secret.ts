/** Parts of a secret, of eight characters in a row, that stand in a text. */
export const partsShown = (text: string, secret: string): string[] =>
  Array.from({ length: secret.length - 7 }, (_, at) => secret.slice(at, at + 8)).filter((part) => text.includes(part))
