import * as z from 'zod'
import { Settings } from './settings.ts'

/** The JSON Schema of the settings file, as editors and checkers take it. */
export const settingsSchema = (): string => `${JSON.stringify(z.toJSONSchema(Settings, { io: 'input' }), null, 2)}\n`
