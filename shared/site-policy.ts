import { createHash } from 'node:crypto'

/**
 * The only script that stands in a site's HTML: it applies the stored theme before the first paint. Without storage, the system's
 * theme stays.
 */
export const BOOT_SCRIPT =
  "try{const t=localStorage.getItem('docsfy-theme');if(t==='light'||t==='dark')document.documentElement.dataset.theme=t}catch{}"

const bootHash = createHash('sha256').update(BOOT_SCRIPT).digest('base64')

/**
 * What a site's pages may do. Sites are untrusted content on the API's own origin: they run the site's own script files and the boot
 * script, and send nothing anywhere. Stands in each page, for folders and other servers.
 */
export const SITE_POLICY = [
  "default-src 'none'",
  `script-src 'self' 'sha256-${bootHash}'`,
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'none'",
  "worker-src 'none'",
  "form-action 'none'",
  "base-uri 'none'",
].join('; ')

/** The same as the service's header, which also forbids framing: browsers ignore that in a page. */
export const SITE_POLICY_HEADER = `${SITE_POLICY}; frame-ancestors 'none'`
