import { find } from './find.ts'

/** Scrolls the navigation, and only that, to the current page. */
export function setUpNavigation(): void {
  const navigation = find('#pages')
  const current = navigation && find('[aria-current]', navigation)
  if (!navigation || !current) return
  const [outer, inner] = [navigation.getBoundingClientRect(), current.getBoundingClientRect()]
  if (inner.bottom > outer.bottom) navigation.scrollTop += inner.top - outer.top - outer.height / 2
}
