import { existsSync } from 'node:fs'

// Loaded first by `npm start` and `npm run demo`. Node's own `--env-file-if-exists` prints a line when there is no such file.
if (existsSync('.env')) process.loadEnvFile('.env')
