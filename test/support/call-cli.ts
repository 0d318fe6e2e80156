import { ask, checkProvider } from '../../runner/ai/call/ask.ts'
import { quietLog } from './quiet-log.ts'
import { runnerEnv } from './runner-env.ts'

// A runner's calls in a process of their own, to be started with fewer rights.
// Arguments: the environment and the options of a call as JSON. Prints both answers.
const [variables = '{}', call = '{}'] = process.argv.slice(2)
const env = runnerEnv(JSON.parse(variables))
const options = { ...JSON.parse(call), signal: new AbortController().signal, log: quietLog }
console.log(JSON.stringify([await checkProvider(env, options), await ask(env, options)]))
