import { execFile, execFileSync } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { drawDiagrams } from '../../runner/site/diagrams/draw-diagrams.ts'
import { renderSite } from '../../runner/site/render-site.ts'
import { COURIER_CONTEXT, COURIER_PAGES, courierFormer } from '../browser/courier-site.ts'
import { serveSite } from '../browser/serve-site.ts'
import { root, temporaryFolder } from '../support/service-process.ts'

/** The least score of each category, of 100. */
const LEAST = 95
const CATEGORIES = ['performance', 'accessibility', 'best-practices', 'seo']
const FILES = ['index.html', 'overview.html', 'options.html']

const MEASURES = {
  'first-contentful-paint': 'first paint',
  'largest-contentful-paint': 'largest paint',
  'total-blocking-time': 'blocked',
  'cumulative-layout-shift': 'shift',
  'total-byte-weight': 'weight',
}

interface Report {
  categories: Record<string, { score: number | null }>
  audits: Record<string, { score: number | null; scoreDisplayMode: string; displayValue?: string }>
}

const installed = join(root, 'node_modules', '.cache', 'docsfy-lighthouse')
const program = join(installed, 'node_modules', 'lighthouse', 'cli', 'index.js')

/** Installs the pinned Lighthouse if it is missing: about 180 MB. */
if (!existsSync(program)) {
  mkdirSync(installed, { recursive: true })
  for (const name of ['package.json', 'package-lock.json'])
    copyFileSync(join(import.meta.dirname, name), join(installed, name))
  execFileSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: installed, stdio: 'inherit' })
}

const files = await renderSite(
  COURIER_PAGES,
  // An address and a permission, without which search engines are turned away.
  { ...COURIER_CONTEXT, indexable: true, baseUrl: 'https://docs.example.org/courier/' },
  { draw: drawDiagrams, former: await courierFormer() },
)
await using site = await serveSite(files)
await using folder = await temporaryFolder('lighthouse')
let fell = false
for (const file of FILES) {
  const first = await measure(file)
  // A busy machine can only make a page slower.
  const { audits, ...report } = scoresOf(first).every(([, score]) => score >= LEAST) ? first : await measure(file)
  const scores = scoresOf({ audits, ...report })
  const measures = Object.entries(MEASURES).map(([audit, name]) => `${name} ${audits[audit]?.displayValue ?? '?'}`)
  console.log(`${file}: ${scores.map(([name, score]) => `${name} ${score}`).join(', ')} (${measures.join(', ')})`)
  const faults = Object.entries(audits).filter(
    ([, { score, scoreDisplayMode }]) => scoreDisplayMode === 'binary' && score === 0,
  )
  if (faults.length > 0) console.log(`  not passed: ${faults.map(([name]) => name).join(', ')}`)
  fell ||= scores.some(([, score]) => score < LEAST)
}
if (fell) {
  console.error(`At least one score is below ${LEAST}.`)
  process.exitCode = 1
}

function scoresOf({ categories }: Report): [name: string, score: number][] {
  return CATEGORIES.map((name) => [name, Math.round((categories[name]?.score ?? 0) * 100)])
}

async function measure(file: string): Promise<Report> {
  const report = join(folder.path, `${file}.json`)
  const flags = ['--headless=new', '--no-sandbox', '--disable-gpu', '--disable-background-networking']
  await promisify(execFile)(
    process.execPath,
    [
      ...[program, site.url + file, '--quiet', '--output=json', `--output-path=${report}`],
      ...[
        `--only-categories=${CATEGORIES.join(',')}`,
        // Fetched as the page would, whose policy forbids every connection.
        '--skip-audits=robots-txt',
        `--chrome-flags=${flags.join(' ')}`,
      ],
    ],
    { env: { ...process.env, CHROME_PATH: process.env.CHROMIUM ?? '/usr/bin/chromium' } },
  )
  return JSON.parse(await readFile(report, 'utf8'))
}
