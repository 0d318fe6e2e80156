/**
 * A branch as one segment of a path or of a file's name: `/` is written `~2F`, and `~` itself, which no branch of git has, `~7E`.
 * Other characters stay; a URL percent-encodes them.
 */
export const branchSegment = (branch: string): string =>
  branch.replaceAll(/[~/]/g, (character) => (character === '/' ? '~2F' : '~7E'))

/** The branch that a segment means, once it is percent-decoded. Nothing is read twice, and any other `~` stands for itself. */
export const branchOfSegment = (segment: string): string =>
  segment.replaceAll(/~(?:2F|7E)/g, (written) => (written === '~2F' ? '/' : '~'))
