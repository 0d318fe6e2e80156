import { writeFileSync } from 'node:fs'
import { settingsSchema } from './json-schema.ts'

writeFileSync(new URL('../../docs/docsfy.schema.json', import.meta.url), settingsSchema())
