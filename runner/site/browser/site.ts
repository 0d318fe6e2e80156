import { setUpCode } from './code.ts'
import { setUpContents } from './contents.ts'
import { setUpCopyPage } from './copy-page.ts'
import { setUpDrawer } from './drawer.ts'
import { setUpNavigation } from './navigation.ts'
import { setUpSearchButton } from './search-button.ts'
import { setUpTables } from './tables.ts'
import { setUpTheme } from './theme.ts'

// Each by itself: if one fails, the others work, and so does the page.
for (const setUp of [
  setUpTheme,
  setUpDrawer,
  setUpNavigation,
  setUpSearchButton,
  setUpContents,
  setUpTables,
  setUpCode,
  setUpCopyPage,
]) {
  try {
    setUp()
  } catch (error) {
    console.error(error)
  }
}
