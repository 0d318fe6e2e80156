import { agentFiles } from './agent-files.ts'
import { isCredentialFile } from './credential-files.ts'
import { type FileRule, findRule } from './file-rules.ts'

/**
 * Files that no page is about. If only such files have changed, and no page cites them, the plan is not made again. A rule that is
 * missing here costs a call for the plan; one that is wrong leaves a change undocumented.
 */
export const undocumentedFiles: readonly FileRule[] = [
  ...[
    ...[
      'package-lock.json',
      'npm-shrinkwrap.json',
      'yarn.lock',
      'pnpm-lock.yaml',
      'bun.lock',
      'bun.lockb',
      'deno.lock',
    ],
    ...['cargo.lock', 'go.sum', 'go.work.sum', 'poetry.lock', 'pdm.lock', 'uv.lock', 'pipfile.lock', 'conda-lock.yml'],
    ...['gemfile.lock', 'composer.lock', 'mix.lock', 'rebar.lock', 'pubspec.lock', 'podfile.lock', 'package.resolved'],
    ...['cartfile.resolved', 'packages.lock.json', 'paket.lock', 'gradle.lockfile', 'stack.yaml.lock', 'flake.lock'],
    ...['.terraform.lock.hcl', 'chart.lock', 'buf.lock', 'conan.lock', 'module.bazel.lock'],
  ].map((pattern) => ({ pattern, reason: 'versions that a package manager has chosen' })),
  ...[
    ...['.github/workflows/', '.github/actions/', '.circleci/', '.buildkite/', '.woodpecker/', '.gitlab/ci/', '.ci/'],
    ...['.gitlab-ci.yml', '.travis.yml', '.drone.yml', '.woodpecker.yml', '.cirrus.yml', 'azure-pipelines.yml'],
    ...['bitbucket-pipelines.yml', 'appveyor.yml', '.appveyor.yml', 'jenkinsfile', 'codecov.yml', '.codecov.yml'],
    ...['.github/dependabot.yml', 'renovate.json', 'renovate.json5', '.renovaterc', '.renovaterc.json'],
    ...['.pre-commit-config.yaml', '.coveragerc'],
  ].map((pattern) => ({ pattern, reason: 'what runs on each push' })),
  ...[
    ...['.github/issue_template/', '.github/pull_request_template.md', '.github/pull_request_template/'],
    ...['.github/funding.yml', '.github/codeowners', 'codeowners', '.mailmap', '.all-contributorsrc'],
  ].map((pattern) => ({ pattern, reason: 'who works on the project, and how they report to it' })),
  ...[
    ...['.gitignore', '.gitattributes', '.git-blame-ignore-revs', '.gitkeep', '.editorconfig', '.vscode/', '.idea/'],
    '.docsfy.yml',
    ...['.prettierrc', '.prettierrc.*', '.prettierignore', '.eslintignore', '.dockerignore', '.npmignore'],
  ].map((pattern) => ({ pattern, reason: 'settings of git, editors, formatters and docsfy itself' })),
  ...[
    ...['*.png', '*.jpg', '*.jpeg', '*.gif', '*.webp', '*.avif', '*.ico', '*.bmp', '*.mp4', '*.webm', '*.mov', '*.mp3'],
    ...['*.woff', '*.woff2', '*.ttf', '*.otf', '*.eot', '*.zip', '*.gz', '*.jar', '*.wasm', '*.pdf'],
  ].map((pattern) => ({ pattern, reason: 'not text' })),
  ...['*.min.js', '*.min.css', '*.js.map', '*.css.map', '*.snap'].map((pattern) => ({
    pattern,
    reason: 'made by a program',
  })),
]

/** Whether no page is about a file, by its path: the rules above, and what no AI CLI gets to see. */
export const isUndocumented = (path: string): boolean =>
  isCredentialFile(path) || findRule([...undocumentedFiles, ...agentFiles], path) !== undefined
