import type { Range } from '../../shared/mask.ts'
import { isPlaceholder } from './randomness.ts'

/** `scheme://user:password@host`. Every part is bounded, so it takes linear time. */
const URL_WITH_PASSWORD =
  /\b[a-z][a-z0-9+.-]{1,30}:\/\/([^\s:/?#@"'`<>]{0,128}):([^\s/?#@"'`<>]{6,256})@([^\s/?#:"'`<>,]{1,253})/gi

/** Finds passwords in the URLs of databases, queues and sites, unless they are an example's or a local service's. */
export const findUrlPasswords = (text: string): Range[] =>
  [...text.matchAll(URL_WITH_PASSWORD)].flatMap(({ 0: all, index, 1: user = '', 2: password = '', 3: host = '' }) => {
    if (isPlaceholder(password) || EVERYDAY.test(password) || password === user || isExampleHost(host)) return []
    const to = index + all.length - host.length - 1
    return [[to - password.length, to] as Range]
  })

/** Made of nothing but words that people write where a password goes. */
const EVERYDAY =
  /^(?:(?:my|the|db|app|user|admin|root|guest|test|dev|local|docker|postgres(?:ql)?|mysql|mongo(?:db)?|redis|rabbitmq?|secret|super|strong|token|api|key|pass(?:word|wd|phrase)?|passwort|pwd|hunter|qwerty|letmein|foo|bar|baz)[-_.!]?){1,8}\d{0,4}!?$/i

const isExampleHost = (host: string): boolean =>
  /^(?:localhost|127\.\d+\.\d+\.\d+|0\.0\.0\.0|\[::1\]|host\.docker\.internal)$/i.test(host) ||
  /(?:^|\.)(?:example|invalid|test|localhost)(?:\.[a-z]{2,10})?$/i.test(host)
