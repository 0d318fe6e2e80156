/**
 * Whether styles of a picture only say how it looks: they load nothing and name no other file. Media queries are the only rules with an
 * `@`, and without escapes each word is what it looks like. References are not allowed either, since `expansionOf` can't see them.
 */
export const isHarmlessCss = (css: string): boolean => !HARMFUL.test(css.replaceAll(COLOUR_SCHEME, ''))

const COLOUR_SCHEME = '@media'

const HARMFUL = /[\\@<&]|url|image|src|expression|javascript|behaviou?r|binding|element\(|paint\(/i
