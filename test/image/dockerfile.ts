/** One instruction of a Dockerfile, with its variables not yet expanded. */
export interface Instruction {
  name: string
  rest: string
}

export interface Stage {
  /** The name after `AS`. */
  name: string | undefined
  /** The stage or image that it starts from. */
  from: string
  instructions: Instruction[]
}

/** Parses the subset of Dockerfile syntax that ours use: no heredocs, no escapes except at line ends. */
export function parseDockerfile(text: string): { args: Record<string, string>; stages: Stage[] } {
  const lines = text
    .replaceAll(/^\s*#.*\n/gm, '')
    .replaceAll('\\\n', '\n\u0000')
    .split(/\n(?!\0)/)
  const args: Record<string, string> = {}
  const stages: Stage[] = []
  for (const line of lines.map((joined) => joined.replaceAll('\0', '').trim()).filter(Boolean)) {
    const [, name = '', rest = ''] = /^([A-Z]+)\s+([\s\S]*)$/.exec(line) ?? []
    const stage = stages.at(-1)
    const [, from = '', as] = /^(?:--\S+ )?(\S+)(?: AS (\S+))?$/.exec(rest) ?? []
    if (name === 'FROM') stages.push({ name: as, from, instructions: [] })
    else if (stage) stage.instructions.push({ name, rest })
    else Object.assign(args, argument(rest))
  }
  return { args, stages }
}

/** Parses `NAME=value`; empty when there is no value. */
export function argument(rest: string): Record<string, string> {
  const [, name = '', value] = /^(\w+)(?:=(.*))?$/.exec(rest) ?? []
  return value === undefined ? {} : { [name]: value.replaceAll('"', '') }
}
