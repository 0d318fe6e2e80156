/**
 * Writes a branch as one segment of a path or file name: `/` becomes `~2F`, and `~`, which git does not allow in branch names,
 * becomes `~7E`. Other characters stay as they are; URLs percent-encode them.
 */
export const branchSegment = (branch: string): string =>
  branch.replaceAll(/[~/]/g, (character) => (character === '/' ? '~2F' : '~7E'))

/** Reads a branch from a percent-decoded segment, in a single pass. Any other `~` is literal. */
export const branchOfSegment = (segment: string): string =>
  segment.replaceAll(/~(?:2F|7E)/g, (written) => (written === '~2F' ? '/' : '~'))
