import { openBrowser } from '../../support/browser.ts'
import { startSampleService } from '../../support/sample-service.ts'
import { filterTimes } from './filter-times.ts'
import { logInTo } from './log-in-to.ts'
import { requestsPerMinute, script } from './requests-per-minute.ts'

/**
 * `npm run bench:dashboard [seconds]`: in a real browser, the requests of an open tab in each state, counted over that many seconds (60 if
 * not given), and how long filter and order take with 5,000 variants. Prints the tables of docs/performance.md.
 */
const seconds = Number(process.argv[2] ?? 60)

await using sample = await startSampleService(script)
const browser = await openBrowser()
try {
  const { url, adminKey } = sample.service
  const state = await logInTo(browser, url, adminKey)
  console.log('| Change in a list of 5,000 variants | Median | Slowest of 20 |\n| --- | --- | --- |')
  for (const { what, median, slowest } of await filterTimes(browser, url, state))
    console.log(`| ${what} | ${median.toFixed(0)} ms | ${slowest.toFixed(0)} ms |`)

  console.log('\n| An open tab | Requests a minute | Of these 304 |\n| --- | --- | --- |')
  for (const { what, requests, unchanged } of await requestsPerMinute(browser, sample, state, seconds))
    console.log(`| ${what} | ${requests.toFixed(0)} | ${unchanged.toFixed(0)} |`)
} finally {
  await browser.close()
}
