import type { z } from 'zod'
import { readPastedAddress } from '../../../../shared/pasted-address.ts'
import type { RepoType } from '../../../../shared/repo-type.ts'
import type { GenerateRequest } from '../../../../shared/request.ts'
import type { Provider } from '../../../../shared/variant.ts'

/** The fields as typed; `force` is `on` or empty. */
export interface GenerateForm {
  repository: string
  branch: string
  provider: string
  model: string
  name: string
  repoType: string
  instructions: string
  force: string
}

export const emptyForm: GenerateForm = {
  repository: '',
  branch: '',
  provider: '',
  model: '',
  name: '',
  repoType: '',
  instructions: '',
  force: '',
}

/** What will be documented, in words. */
export function meaningOf({ repository, branch }: GenerateForm): string {
  if (repository.trim() === '') return 'Paste an address from your browser or terminal'
  if (isPath(repository)) return 'A folder on the machine that runs docsfy; admins only'
  const meant = readPastedAddress(repository)
  if (!meant) return 'This is not the address of a repository yet'
  const chosen = branch.trim() || meant.branch
  return `Documents ${meant.repository.url}, ${chosen === undefined ? 'its default branch' : `branch ${chosen}`}`
}

/** The body of the request. An address that is not understood is sent as it is: the service says what is wrong with it. */
export function bodyOf(form: GenerateForm): z.input<typeof GenerateRequest> {
  const typed = form.repository.trim()
  const meant = isPath(typed) ? undefined : readPastedAddress(typed)
  return {
    ...(isPath(typed) ? { repo_path: typed } : { repo_url: meant?.repository.url ?? typed }),
    branch: form.branch.trim() || meant?.branch,
    ai_provider: (form.provider || undefined) as Provider | undefined,
    ai_model: form.model.trim() || undefined,
    name: form.name.trim() || undefined,
    repo_type: (form.repoType || undefined) as RepoType | undefined,
    instructions: form.instructions.trim() || undefined,
    force: form.force !== '',
  }
}

const isPath = (text: string): boolean => text.trim().startsWith('/')
