import { join } from 'node:path'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { accessibilityProblems, openBrowser } from '../support/browser.ts'
import { givenStoresEnv } from '../support/given-stores.ts'
import { limits } from '../support/limits.ts'
import { makeRepository, sampleFiles } from '../support/repository.ts'
import { type SampleService, startSampleService } from '../support/sample-service.ts'
import type { Script } from '../support/scripted-cli.ts'
import { startServiceProcess, temporaryFolder } from '../support/service-process.ts'

const script: Script = {
  slugs: ['one', 'two'],
  models: {
    endless: { plan: 'hang' },
    half: { pages: { two: 'fail' } },
    slow: { pages: { two: 'wait-for-go' } },
  },
}

let browser: Browser
let sample: SampleService

beforeAll(async () => {
  browser = await openBrowser()
  sample = await startSampleService(script)
})
afterAll(async () => {
  await browser.close()
  await sample[Symbol.asyncDispose]()
})

interface Opened extends AsyncDisposable {
  page: Page
  /** Console errors, uncaught exceptions and requests to other hosts. */
  complaints: string[]
}

interface Credentials {
  username: string
  key: string
}

const admin = (): Credentials => ({ username: 'admin', key: sample.service.adminKey })

async function createUser(username: string, role: string): Promise<Credentials> {
  const { json } = await sample.api.post('/api/admin/users', { username, role })
  return { username, key: json.api_key }
}

async function open(options: BrowserContextOptions = {}, url = sample.service.url): Promise<Opened> {
  const context = await browser.newContext(options)
  context.setDefaultTimeout(limits.wait)
  const page = await context.newPage()
  const complaints: string[] = []
  // Chromium reports every refusal of the service, too: these are answers that the screens show.
  page.on('console', (message) => {
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
      complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('request', (request) => {
    if (!request.url().startsWith(url)) complaints.push(request.url())
  })
  return { page, complaints, [Symbol.asyncDispose]: async () => await context.close() }
}

/** Logs in by the form, and waits for the screen behind it. */
async function logIn(
  page: Page,
  { username, key }: Credentials,
  address = '/',
  url = sample.service.url,
): Promise<void> {
  await page.goto(url + address)
  await page.getByLabel('Username').fill(username)
  await page.getByLabel('API key').fill(key)
  await page.getByRole('button', { name: 'Log in' }).press('Enter')
  await page.getByRole('navigation', { name: 'Main' }).waitFor()
}

const repository = (page: Page) => page.getByLabel('Repository', { exact: true })

async function generate(page: Page, model: string, instructions = ''): Promise<void> {
  await page.goto(`${sample.service.url}/?screen=generate`)
  await repository(page).fill(sample.repository)
  await page.getByLabel('Model').fill(model)
  await page.getByLabel('Instructions').fill(instructions)
  await page.getByLabel('Model').press('Control+Enter')
}

const local = () => ({ repo_path: sample.repository })

/** The address of the screen that shows a variant of the sample repository. */
const watching = (model: string): string =>
  `/?${new URLSearchParams({ screen: 'watch', name: 'adder', branch: 'main', provider: 'claude', model, owner: 'admin' })}`

test('a first visit leads from the log-in to a finished site, by keyboard alone', async () => {
  await using opened = await open()
  const { page, complaints } = opened
  await logIn(page, admin())
  await page.getByRole('link', { name: 'Generate', exact: true }).press('Enter')
  await repository(page).fill(sample.repository)
  await page.getByLabel('Model').fill('first')
  await page.getByRole('button', { name: 'Generate' }).press('Enter')
  await page.getByRole('status').getByText('Ready').waitFor()
  await page.getByRole('link', { name: 'Open the site' }).press('Enter')
  await page.waitForURL(/\/docs\/adder\/main\/claude\/first\//)
  expect(complaints).toEqual([])
})

test('what is pasted is understood, and shown before it is sent', async () => {
  await using opened = await open()
  const { page } = opened
  await logIn(page, admin(), '/?screen=generate')
  for (const [pasted, meaning] of [
    ['github.com/acme/utils/tree/dev', 'Documents https://github.com/acme/utils, branch dev'],
    ['git@github.com:acme/utils.git', 'Documents git@github.com:acme/utils.git, its default branch'],
    ['hello', 'This is not the address of a repository yet'],
  ] as const) {
    await repository(page).fill(pasted)
    await page.getByText(meaning, { exact: true }).waitFor()
  }
})

test('each problem of a request is shown at its field', async () => {
  await using opened = await open()
  const { page } = opened
  await logIn(page, admin(), '/?screen=generate')
  await repository(page).fill('hello')
  await page.getByLabel('Project name').fill('-')
  await page.getByRole('button', { name: 'Generate' }).click()
  await page.getByRole('alert').getByText('2 fields need a change.').waitFor()
  for (const [label, problem] of [
    ['Repository', /must be https/],
    ['Project name', /begin with a letter or digit/],
  ] as const) {
    const field = page.getByLabel(label, { exact: true })
    expect(await field.getAttribute('aria-invalid')).toBe('true')
    const described = (await field.getAttribute('aria-describedby'))?.split(' ').at(-1) ?? ''
    expect(await page.locator(`[id="${described}"]`).innerText()).toMatch(problem)
  }
})

test('a running generation can be found from its conflict, watched, and aborted', async () => {
  await using opened = await open()
  const { page, complaints } = opened
  await logIn(page, admin())
  await generate(page, 'endless')
  await page.getByRole('status').getByText('Generating').waitFor()
  await generate(page, 'endless')
  await page.getByRole('alert').getByText('is already being generated').waitFor()
  await page.getByRole('link', { name: /^Watch adder/ }).click()
  const abort = page.getByRole('button', { name: 'Abort', exact: true })
  await abort.press('Enter')
  await page.keyboard.press('Escape')
  expect(await abort.evaluate((button) => button === button.ownerDocument.activeElement)).toBe(true)
  await abort.press('Enter')
  expect(await accessibilityProblems(page)).toEqual([])
  await page.getByRole('button', { name: 'Abort the generation' }).press('Enter')
  await page.getByRole('status').getByText('Aborted').waitFor()
  expect(complaints).toEqual([])
})

test('a failed page is named, and Retry says that it writes only that', async () => {
  await using opened = await open()
  const { page } = opened
  await logIn(page, admin())
  await generate(page, 'half', 'For beginners')
  await page.getByRole('status').getByText('Failed').waitFor()
  expect(await page.getByText('(failed)').count()).toBe(1)
  await page.getByText('Writes only the failed page.').waitFor()
  await sample.cli.rewrite({ ...script, models: { ...script.models, half: {} } })
  await page.getByRole('button', { name: 'Retry' }).click()
  await page.getByRole('status').getByText('Ready').waitFor()
  expect((await sample.cli.calls()).filter(({ model, what }) => model === 'half' && what === 'one')).toHaveLength(1)
})

test('pages are told by title as they finish, in every tab', async () => {
  await using opened = await open()
  const { page, complaints } = opened
  await logIn(page, admin())
  await generate(page, 'slow')
  const finished = page.getByRole('listitem').filter({ hasText: '(finished)' })
  await finished.first().waitFor()
  expect(await finished.count()).toBe(1)
  const other = await page.context().newPage()
  await other.goto(page.url())
  await other.getByText('1 of 2 finished').waitFor()
  await sample.cli.go('slow')
  for (const tab of [page, other]) await tab.getByRole('status').getByText('Ready').waitFor()
  expect(complaints).toEqual([])
})

test('a project name that is taken is changed in the form, which keeps what was typed', async () => {
  await sample.api.settled(
    (await sample.api.post('/api/generate', { ...local(), ai_model: 'taken' })).json.generation_id,
  )
  const namesake = join(sample.folder, 'other', 'adder')
  await makeRepository(namesake, sampleFiles)
  await using opened = await open()
  const { page } = opened
  await logIn(page, admin(), '/?screen=generate')
  await repository(page).fill(namesake)
  await page.getByLabel('Model').fill('taken')
  await page.getByRole('button', { name: 'Generate' }).click()
  await page.getByRole('alert').getByText("Project 'adder' documents").waitFor()
  expect(await page.getByLabel('Model').inputValue()).toBe('taken')
  await page.getByLabel('Project name').fill('namesake')
  await page.getByRole('button', { name: 'Generate' }).click()
  await page.getByRole('heading', { name: 'namesake, main' }).waitFor()
})

test('what is deleted is named first; the dialog is accessible in both themes, and the focus is not lost', async () => {
  await sample.api.settled(
    (await sample.api.post('/api/generate', { ...local(), ai_model: 'gone' })).json.generation_id,
  )
  for (const colorScheme of ['light', 'dark'] as const) {
    await using opened = await open({ colorScheme })
    const { page } = opened
    await logIn(page, admin(), '/?q=gone')
    await page.getByRole('button', { name: 'Delete adder, main, gone' }).press('Enter')
    expect(await accessibilityProblems(page)).toEqual([])
    if (colorScheme === 'light') continue
    await page.getByLabel('Type adder to confirm').fill('adder')
    await page.getByLabel('Type adder to confirm').press('Enter')
    await page.getByRole('button', { name: 'Delete adder, main, gone' }).waitFor({ state: 'detached' })
    await page.locator('#main:focus').waitFor()
  }
})

test('the link of a site is copied whole', async () => {
  await sample.api.settled(
    (await sample.api.post('/api/generate', { ...local(), ai_model: 'linked' })).json.generation_id,
  )
  await using opened = await open({ permissions: ['clipboard-read', 'clipboard-write'] })
  const { page } = opened
  await logIn(page, admin(), watching('linked'))
  await page.getByRole('button', { name: 'Copy link' }).click()
  await page.getByRole('status').getByText('Copied').waitFor()
  const link = String(await page.evaluate('navigator.clipboard.readText()'))
  expect(link).toBe(`${sample.service.url}/docs/adder/main/claude/linked/?owner=admin`)
  expect((await page.goto(link))?.status()).toBe(200)
})

test('a viewer sees no button that would fail', async () => {
  await sample.api.post('/api/generate', { repo_path: sample.repository, ai_model: 'shared' })
  const viewer = await createUser('vera', 'viewer')
  await sample.api.post('/api/admin/projects/adder/access', { username: 'vera', owner: 'admin' })
  await using opened = await open()
  const { page } = opened
  await logIn(page, viewer)
  expect(await page.getByRole('navigation').getByRole('link').allInnerTexts()).toEqual(['Projects', 'Account'])
  await page.getByRole('link', { name: 'adder, main' }).first().waitFor()
  expect(await page.getByRole('main').getByRole('button').count()).toBe(0)
  await page.goto(sample.service.url + watching('shared'))
  await page.getByText('Repository', { exact: true }).waitFor()
  expect(await page.getByRole('main').getByRole('button').count()).toBe(0)
})

test('an admin creates a user, gives them a new key, and deletes them once their name is typed', async () => {
  await using opened = await open()
  const { page, complaints } = opened
  await logIn(page, admin(), '/?screen=users')
  await page.getByLabel('Username').fill('ulla')
  await page.getByRole('button', { name: 'Create' }).click()
  const key = await page.locator('.secret').innerText()
  expect(key).toMatch(/^docsfy_/)
  await page.getByRole('button', { name: 'Rotate key of ulla' }).click()
  await page.getByRole('button', { name: 'Rotate', exact: true }).click()
  await page.locator('.secret').filter({ hasNotText: key }).waitFor()
  await page.getByRole('button', { name: 'Delete ulla' }).click()
  const confirm = page.getByRole('dialog').getByRole('button', { name: 'Delete' })
  expect(await confirm.isDisabled()).toBe(true)
  await page.getByLabel('Type ulla to confirm').fill('ulla')
  await confirm.click()
  await page.getByRole('row', { name: /^ulla/ }).waitFor({ state: 'detached' })
  expect(complaints).toEqual([])
})

test('a rotated key is shown once, and leads to the log-in', async () => {
  const user = await createUser('rosa', 'user')
  await using opened = await open()
  const { page } = opened
  await logIn(page, user, '/?screen=account')
  await page.getByRole('button', { name: 'Rotate my key' }).click()
  await page.getByRole('button', { name: 'Rotate', exact: true }).click()
  const key = await page.locator('.secret').innerText()
  await page.getByRole('button', { name: 'Log in with the new key' }).click()
  await page.getByLabel('Username').fill('rosa')
  await page.getByLabel('API key').fill(key)
  await page.getByRole('button', { name: 'Log in' }).click()
  await page.getByRole('heading', { name: 'Account' }).waitFor()
})

test('a session that ends in the middle leads to the log-in and back to the same screen', async () => {
  await using opened = await open()
  const { page } = opened
  await logIn(page, admin(), '/?q=adder')
  await page.context().clearCookies()
  await page.getByRole('link', { name: 'Queue' }).click()
  await page.waitForURL(/\/login\?next=/)
  await page.getByLabel('Username').fill('admin')
  await page.getByLabel('API key').fill(sample.service.adminKey)
  await page.getByRole('button', { name: 'Log in' }).click()
  await page.getByRole('heading', { name: 'Queue' }).waitFor()
})

test('a filter is in the address, and Back undoes it', async () => {
  await using opened = await open()
  const { page } = opened
  await logIn(page, admin())
  await page.getByLabel('Find').fill('nothing is called so')
  await page.getByText(/^0 of \d+ shown/).waitFor()
  expect(new URL(page.url()).searchParams.get('q')).toBe('nothing is called so')
  await page.reload()
  await page.getByText(/^0 of \d+ shown/).waitFor()
  await page.getByLabel('Status').selectOption('error')
  await page.goBack()
  expect(await page.getByLabel('Status').inputValue()).toBe('')
})

test('a service that is restarted in the middle is waited for, and the session goes on', async () => {
  await using folder = await temporaryFolder('restarted')
  const first = await startServiceProcess(folder.path, givenStoresEnv())
  const { url } = first
  await using opened = await open({}, url)
  const { page } = opened
  await logIn(page, { username: 'admin', key: first.adminKey }, '/?screen=queue', url)
  await page.getByText('Nothing runs.').waitFor()
  await first.stop()
  await page.getByRole('status').getByText('The service does not respond').waitFor()
  expect(await page.getByText('Nothing runs.').count()).toBe(1)
  const second = await startServiceProcess(folder.path, { ...givenStoresEnv(), PORT: new URL(url).port })
  try {
    // As when the reader comes back to the tab.
    await page.evaluate("document.dispatchEvent(new Event('visibilitychange', { bubbles: true }))")
    await page.getByText('The service does not respond').waitFor({ state: 'detached' })
    await page.getByRole('link', { name: 'Users', exact: true }).click()
    await page.getByText('There are no users yet').waitFor()
  } finally {
    await second.stop()
  }
})

test('on a phone the way leads from the form to the finished site by taps', async () => {
  await using opened = await open({ viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true })
  const { page, complaints } = opened
  await logIn(page, admin())
  await page.getByRole('link', { name: 'Generate', exact: true }).tap()
  await repository(page).fill(sample.repository)
  await page.getByLabel('Model').fill('tapped')
  await page.getByRole('button', { name: 'Generate' }).tap()
  await page.getByRole('status').getByText('Ready').waitFor()
  await page.getByRole('link', { name: 'Open the site' }).tap()
  await page.waitForURL(/\/docs\/adder\/main\/claude\/tapped\//)
  expect(complaints).toEqual([])
})

test('a page without a connection says so', async () => {
  await using opened = await open()
  const { page } = opened
  await logIn(page, admin())
  await page.context().setOffline(true)
  await page.getByRole('status').getByText('You are offline').waitFor()
  await page.context().setOffline(false)
  await page.getByText('You are offline').waitFor({ state: 'detached' })
})

const screens = ['/', '/?screen=generate', '/?screen=queue', '/?screen=users', '/?screen=account', '/?screen=none']

describe.each([
  { colorScheme: 'light', width: 1280 },
  { colorScheme: 'dark', width: 1280 },
  { colorScheme: 'light', width: 360 },
  { colorScheme: 'dark', width: 360 },
] as const)('$colorScheme, $width px wide', ({ colorScheme, width }) => {
  test('every screen is accessible and fits', async () => {
    await using opened = await open({ colorScheme, viewport: { width, height: 740 } })
    const { page, complaints } = opened
    await logIn(page, admin())
    for (const screen of [...screens, watching('first')]) {
      await page.goto(sample.service.url + screen)
      await page.getByRole('heading', { level: 1 }).waitFor()
      await page.getByText(/^Loading/).waitFor({ state: 'detached' })
      expect(await accessibilityProblems(page), screen).toEqual([])
      expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth'), screen).toBe(true)
    }
    expect(complaints).toEqual([])
  })
})
