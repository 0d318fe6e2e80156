import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { secretsOf } from '../../../shared/env.ts'
import { descriptors, providerVariables, SECRETS } from '../../../shared/providers/descriptors.ts'
import { Provider } from '../../../shared/variant.ts'
import { runnerEnv } from '../../support/runner-env.ts'
import { root } from '../../support/service-process.ts'

test.each([
  ['0', false],
  ['false', false],
  ['No', false],
  ['off', false],
  ['', false],
  ['1', true],
  ['true', true],
])('CLAUDE_CODE_USE_BEDROCK=%s: %s', (text, on) => {
  const env = runnerEnv({ CLAUDE_CODE_USE_BEDROCK: text, GOOGLE_GENAI_USE_VERTEXAI: text })
  expect(env.CLAUDE_CODE_USE_BEDROCK).toBe(on)
  expect(descriptors.claude.keyName(env)).toBe(on ? 'AWS_BEARER_TOKEN_BEDROCK' : 'ANTHROPIC_API_KEY')
  expect(descriptors.gemini.keyName(env)).toBe(on ? 'GOOGLE_CREDENTIALS_JSON' : 'GEMINI_API_KEY')
})

test('every secret of every provider is masked', () => {
  const keys = Object.fromEntries(SECRETS.map((name) => [name, `the value of ${name}`]))
  expect(secretsOf(runnerEnv(keys)).toSorted()).toEqual(Object.values(keys).toSorted())
})

test('the runner reads every variable of every provider', () => {
  const declared = Object.values(descriptors).flatMap(({ settings, secrets }) =>
    Object.keys({ ...settings, ...secrets }),
  )
  expect(Object.keys(providerVariables).toSorted()).toEqual([...new Set(declared)].toSorted())
})

test.each(Provider.options)('%s appears in .env.example, and its CLI in the image', (provider) => {
  const executable = runnerEnv()[descriptors[provider].executable]
  const places: [file: string, words: string][] = [
    ['.env.example', provider],
    ['runner/Dockerfile', `/usr/local/bin/${executable}`],
  ]
  const missing = places.filter(([file, words]) => !readFileSync(`${root}${file}`, 'utf8').includes(words))
  expect(missing).toEqual([])
})
