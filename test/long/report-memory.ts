import { appendFileSync } from 'node:fs'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

// Loaded into a service before its own program: at SIGUSR2 it collects its garbage and appends what it then holds to a file.
setFlagsFromString('--expose-gc')
const collectGarbage: () => void = runInNewContext('gc')
const file = process.env.MEMORY_REPORT ?? ''

process.on('SIGUSR2', () => {
  collectGarbage()
  appendFileSync(file, `${JSON.stringify(process.memoryUsage())}\n`)
})
