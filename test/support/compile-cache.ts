import { fileURLToPath } from 'node:url'

/** For the environment of processes that tests start: what one has compiled no other compiles again, which is half of what a start takes. */
export const compileCache = {
  NODE_COMPILE_CACHE: fileURLToPath(new URL('../../node_modules/.cache/compiled', import.meta.url)),
}
