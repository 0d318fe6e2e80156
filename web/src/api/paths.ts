import { branchSegment } from '../../../shared/branch-segment.ts'
import type { VariantAddress } from './variants.ts'

/** Where a variant's site is, relative to the dashboard. */
export const sitePath = (variant: VariantAddress): string => `./docs/${segmentsOf(variant)}/${ownerOf(variant)}`

/** Where its archive is. */
export const downloadPath = (variant: VariantAddress): string =>
  `./api/projects/${segmentsOf(variant)}/download${ownerOf(variant)}`

/** Where the log of its last generation is. */
export const logPath = (variant: VariantAddress): string =>
  `./api/projects/${segmentsOf(variant)}/log${ownerOf(variant)}`

const segmentsOf = ({ name, branch, ai_provider, ai_model }: VariantAddress): string =>
  [name, branchSegment(branch), ai_provider, ai_model].map(encodeURIComponent).join('/')

const ownerOf = ({ owner }: VariantAddress): string => `?owner=${encodeURIComponent(owner)}`
