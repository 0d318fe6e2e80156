import type { TextFile } from '../clone/repository.ts'
import type { Project } from '../project.ts'
import { readInline } from '../writing/markdown.ts'
import { type Block, code, type Inline, paragraph, table, titled } from '../writing/nodes.ts'
import { cite } from '../writing/sources.ts'

const mostRows = 150
const calls = [
  'add_argument(',
  'click.option',
  'add_parser(',
  '.option(',
  'requiredOption(',
  'parseArgs(',
  'Flags()',
  'OptionParser',
  'clap',
  'getopt',
  'Usage',
  'usage',
  'Option<',
]

interface Option {
  name: string
  help: string
  line: number
}

/** The options that the code defines, with their help texts: by the libraries of each language, or in a usage text. */
export function commandLineOptions({ repository, product }: Project): Block[] {
  const rows = repository
    .search(product, calls)
    .flatMap((file) =>
      optionsIn(file).map(({ name, help, line }): Inline[][] => [
        [code(name)],
        readInline(help),
        [cite(file, line, line)],
      ]),
    )
  return titled('Options in the code', [
    ...(rows.length > 0 ? [paragraph('Found where the code defines its command line:')] : []),
    ...table(['Name', 'Help text', 'Where'], rows.slice(0, mostRows)),
  ])
}

/** `  -c, --count <n>   Count …`: of a usage text, with or without quotes around it. */
const usage =
  /^[\s"'*]{0,40}(-\w(?:, ?| \| ?)--?[\w-]{2,40}|--[a-z][\w-]{1,40}|-\w)(?: ?[=<[]?[\w<>[\]=|.,-]{0,40}){0,3}(?: {2,}|\\t+|:\s)([^\s"][^"]{3,300})/
/** `"--name"` or `'-n, --name <x>'`, as an argument. */
const quoted = /["'`](--?[a-zA-Z][\w-]{0,40}(?:,? +--?[\w-]{2,40})?(?:[ =][<[][^"'`]{0,40})?)["'`]/
/** Cobra and pflag: `Flags().BoolVarP(&x, "name", "n", false, "help")`. */
const flag = /Flags\(\)\.\w{2,30}\([^"]{0,80}"([\w-]+)".{0,160}?"([^"]{4,300})"\)/
/** Rust's clap: `.arg(Arg::new("name")…`. */
const parsed = /^\s*['"]?([\w-]+)['"]?: ?\{ ?type: ?['"](?:boolean|string)['"]/

function optionsIn(file: TextFile): Option[] {
  const known = new Set<string>()
  const isParseArgs = file.text.includes('parseArgs(')
  return file.lines.flatMap((text, index): Option[] => {
    if (text.length > 1_000) return []
    const [found, name = '', help = ''] = flag.exec(text) ?? usage.exec(text) ?? []
    const isFlag = flag.test(text)
    const option = found
      ? { name: isFlag ? `--${name}` : name, help }
      : (inCall(file, index) ?? (isParseArgs ? inObject(text) : undefined))
    if (!option || known.has(option.name)) return []
    known.add(option.name)
    return [{ ...option, line: index + 1 }]
  })
}

function inObject(text: string) {
  const options = text.split('{').length > 2 ? text.slice(text.indexOf('{') + 1) : text
  const name = parsed.exec(options)?.[1]
  return name ? { name: `--${name}`, help: '' } : undefined
}

/** An option as an argument of a call that defines it; its help is the next string with several words. */
function inCall({ lines }: TextFile, index: number) {
  const text = lines[index] ?? ''
  const name = quoted.exec(text)?.[1]
  const around = lines.slice(Math.max(0, index - 3), index + 1).join(' ')
  if (!name || !/(add_argument|\boption|Option|\.on|Arg::new|\bargument)[(<]|click\.|opts\.on|\blong\b/.test(around))
    return undefined
  const after = [text.slice(text.indexOf(name) + name.length + 1), ...lines.slice(index + 1, index + 5)].join('\n')
  const end = after.slice(1).search(/\n[ \t]*(\.option|parser\.add|@click|opts\.on|[)}\]];?\n)/)
  const strings = [...after.slice(0, end === -1 ? 600 : end + 1).matchAll(/"([^"\n]{2,300})"|'([^'\n]{2,300})'/g)]
  const at = strings.findIndex(
    ([, one, other]) => /\w \w/.test(one ?? other ?? '') || (one ?? other ?? '').endsWith(' '),
  )
  // Python joins neighbouring strings.
  const words = strings
    .slice(at, at === -1 ? 0 : at + 3)
    .map((match) => ({ text: match[1] ?? match[2] ?? '', start: match.index, end: match.index + match[0].length }))
  const joined = words.filter(
    (each, order) => order === 0 || /^[\s\\]*$/.test(after.slice(words[order - 1]?.end ?? 0, each.start)),
  )
  const single = strings.find(([whole]) => /help=$/.test(after.slice(0, after.indexOf(whole))))
  return {
    name,
    help:
      joined.map((each) => each.text).join('') ||
      (single?.[1] ?? single?.[2] ?? strings[0]?.[1] ?? strings[0]?.[2] ?? ''),
  }
}
