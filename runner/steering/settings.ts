import * as z from 'zod'
import { languageTag } from '../../shared/language.ts'
import { visibleLine } from '../../shared/visible-text.ts'

/** The file, in the root of a repository. */
export const SETTINGS_FILE = '.docsfy.yml'

const text = (longest: number) => z.string().trim().min(1).max(longest)
const list = <Item extends z.ZodType>(item: Item) => z.array(item).min(1).max(50)

/** A path in the repository, from its root: no `.` or `..`, no slash in front, no backslash. */
const inRepository = z
  .string()
  .max(200)
  .regex(/^[^/\\\p{Cc}]+(?:\/[^/\\\p{Cc}]+)*\/?$/u)
  .refine((path) => !path.split('/').some((part) => part === '.' || part === '..'))

/**
 * What a repository may say about its site. Every description completes "It must be …": that is what the owner reads after a mistake.
 * Nothing here can change what the runner or an AI CLI may read, run or reach.
 */
export const Settings = z
  .strictObject({
    title: z
      .string()
      .overwrite(visibleLine)
      .trim()
      .min(1)
      .max(100)
      .describe('text of up to 100 characters: the name of the site'),
    accent: z
      .string()
      .regex(/^#(?:[\da-f]{3}|[\da-f]{6})$/i)
      .toLowerCase()
      .describe('a colour in quotes, such as "#3b4ecb"'),
    logo: inRepository
      .regex(/\.(?:png|jpe?g|webp)$/i)
      .describe('the path of a PNG, JPEG or WebP image in the repository, such as "docs/logo.png"'),
    audience: text(500).describe('text of up to 500 characters: who reads the site'),
    language: languageTag.describe('the tag of a language, such as "en", "de" or "pt-BR"'),
    tone: text(500).describe('text of up to 500 characters: how the site should sound'),
    path: inRepository.describe(
      'a folder of the repository, such as "packages/core", without ".." and without a slash in front',
    ),
    include: list(inRepository).describe(
      'a list of up to 50 patterns such as "src/**/*.ts" or "docs", from the root of the repository: only these files are documented',
    ),
    exclude: list(inRepository).describe(
      'a list of up to 50 patterns such as "examples" or "**/*.test.ts", from the root of the repository: these files are not documented',
    ),
    pages: z
      .strictObject({
        include: list(text(200)).describe('what there must be a page about'),
        exclude: list(text(200)).describe('what there must be no page about'),
      })
      .partial()
      .describe(
        'a group of "include" and "exclude", each a list of up to 50 topics that get a page of their own, or none, each of up to 200 characters',
      ),
    notes: text(4_000).describe('text of up to 4,000 characters: what else the writer should know'),
  })
  .partial()
  .meta({ title: 'Settings of a site', description: 'The file .docsfy.yml in the root of a repository' })
export type Settings = z.infer<typeof Settings>
