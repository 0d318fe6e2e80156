#!/usr/bin/env node
import { text } from 'node:stream/consumers'
import { type CommandLine, readCommandLine, usage } from './command-line.ts'
import { openReport } from './events.ts'

/** A stand-in for Claude Code where nobody has it or a key: the same command line and output, and no model. */
const version = '1.0.0'

/** The only model that it has: what another one was asked for must not pass as that one's work. */
const MODEL = 'stand-in'

process.exitCode = await main(process.argv.slice(2))

async function main(argv: string[]): Promise<number> {
  let options: CommandLine
  try {
    options = readCommandLine(argv)
  } catch (error) {
    return fail(`error: ${messageOf(error)}`)
  }
  if (options.version) return say(`${version} (docsfy’s stand-in for Claude Code, which asks no model)`)
  if (options.help) return say(usage.trimEnd())
  const prompt = options.prompt || (await text(process.stdin))
  if (!prompt.trim()) {
    return fail('Error: Input must be provided either through stdin or as a prompt argument when using --print')
  }
  return run(options, prompt)
}

async function run(options: CommandLine, prompt: string): Promise<number> {
  const report = openReport(options, version)
  if (options.model !== MODEL) {
    const asked = `This is docsfy’s stand-in, which answers for the model '${MODEL}' alone, and not for '${options.model}'.`
    report.finish(
      true,
      `${asked} Start the service with a key of Anthropic's, or the demo with --provider, to use the real claude.`,
      404,
    )
    return 1
  }
  try {
    // Everything that reads and writes takes a while to load: usage errors and `--version` need none of it.
    const { answer } = await import('./answer.ts')
    const result = await answer(prompt, process.cwd(), report.watch)
    report.answer(result)
    report.finish(false, result)
    return 0
  } catch (error) {
    report.finish(true, `The stand-in cannot answer: ${messageOf(error)}`)
    return 1
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

function say(line: string): number {
  process.stdout.write(`${line}\n`)
  return 0
}

function fail(line: string): number {
  process.stderr.write(`${line}\n`)
  return 1
}
