import { existsSync } from 'node:fs'

// Loaded by `npm start` and `npm run demo` before everything else. Node's own `--env-file-if-exists` would greet everybody who
// has no such file with a line about it.
if (existsSync('.env')) process.loadEnvFile('.env')
