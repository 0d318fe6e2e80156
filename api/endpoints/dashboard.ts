import { declare } from '../declare.ts'

const group = 'Dashboard'

const notModified = { description: 'Not modified since the reply with this `ETag`' }

const dashboardPage = declare({
  method: 'GET',
  paths: ['/'],
  summary: 'Open the dashboard',
  group,
  function: 'docs',
  who: 'user',
  success: {
    200: { description: 'The dashboard', mediaType: 'text/html; charset=utf-8' },
    302: { description: 'Redirects to the login page without a session' },
    304: notModified,
  },
})

const dashboardFile = declare({
  method: 'GET',
  paths: ['/assets/{file}'],
  summary: "Get one of the dashboard's scripts, styles or images",
  group,
  function: 'docs',
  who: 'public',
  success: { 200: { description: 'The file. Its name changes with its content', mediaType: '*/*' }, 304: notModified },
  errors: { 404: 'No such file' },
})

export const dashboard = { dashboardPage, dashboardFile }
