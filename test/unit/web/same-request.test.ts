import { describe, expect, test } from 'vitest'
import type { VariantView } from '../../../api/variant.ts'
import { sameRequest } from '../../../web/src/features/generations/same-request.ts'

const variant = {
  name: 'adder',
  branch: 'main',
  ref: 'main',
  ai_provider: 'claude',
  ai_model: 'opus',
  repo_url: 'https://github.com/acme/adder',
  repo_type: 'library',
  instructions: 'For beginners',
} as VariantView

describe('a variant is requested again', () => {
  test('from its address, with what its owner asked of the writer', () => {
    expect(sameRequest(variant)).toEqual({
      repo_url: 'https://github.com/acme/adder',
      name: 'adder',
      branch: 'main',
      ai_provider: 'claude',
      ai_model: 'opus',
      repo_type: 'library',
      instructions: 'For beginners',
    })
  })

  test('from its folder', () => {
    const { repo_path, ...others } = { repo_path: undefined, ...sameRequest({ ...variant, repo_url: '/srv/adder' }) }
    expect(repo_path).toBe('/srv/adder')
    expect(others).not.toHaveProperty('repo_url')
  })

  test.each(['master', null])('without a branch if it was the default one, here %s', (ref) => {
    expect(sameRequest({ ...variant, ref })).not.toHaveProperty('branch')
  })

  test('from the branch that was asked for, also before it was cloned', () => {
    expect(sameRequest({ ...variant, branch: 'dev', ref: 'dev' })).toMatchObject({ branch: 'dev' })
    expect(sameRequest({ ...variant, branch: 'dev', ref: null })).toMatchObject({ branch: 'dev' })
  })
})
