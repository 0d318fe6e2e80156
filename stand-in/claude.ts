#!/usr/bin/env node
import { text } from 'node:stream/consumers'
import { type CommandLine, readCommandLine, usage } from './command-line.ts'
import { openReport } from './events.ts'

/** A stand-in for Claude Code when the CLI or its key is missing: same command line and output, but no model. */
const version = '1.0.0'

/** The only model it accepts, so that its work is never taken for another model's. */
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
    const asked = `This is docsfy’s stand-in. It only answers for the model '${MODEL}', not for '${options.model}'.`
    report.finish(
      true,
      `${asked} To use the real claude, start the service with an Anthropic key, or the demo with --provider.`,
      404,
    )
    return 1
  }
  try {
    // Loaded late because it takes a while, and usage errors and `--version` don't need it.
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
