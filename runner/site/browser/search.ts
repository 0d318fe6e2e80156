import { createDialog } from './search/dialog.ts'

globalThis.docsfyProvide('search', createDialog())
