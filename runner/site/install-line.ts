import type { Page } from '../../shared/page.ts'

/** A fence of shell commands, with its lines. */
const SHELL_FENCE = /^[ \t]*(?:```|~~~)(?:sh|bash|shell|console|zsh|powershell)?[^\S\n]*\n/m

/** The beginnings of commands that install a project for its users. */
const INSTALLS =
  /^(?:npm (?:i|install|create)|pnpm add|yarn (?:add|global add)|bun add|pip3? install|pipx install|uv (?:tool install|add|pip install)|poetry add|cargo (?:install|add)|go (?:install|get)|gem install|bundle add|composer (?:require|global require)|dotnet (?:add package|tool install)|brew install|apt(?:-get)? install|docker (?:run|pull)|helm install|mix archive\.install|cabal install|opam install|luarocks install|conda install|winget install|scoop install|choco install) (?=\S)/

const LONGEST = 120

/** The first command in the pages that installs something by name, which is how readers get the project; undefined if none does. */
export function installLine(pages: readonly Page[]): string | undefined {
  for (const { markdown } of pages) {
    const blocks = markdown.split(SHELL_FENCE).slice(1)
    for (const block of blocks) {
      const line = block
        .split(/^[ \t]*(?:```|~~~)/m, 1)
        .join()
        .split('\n')
        .map((text) => text.trim().replace(/^[$>%] /, ''))
        .find(isInstall)
      if (line !== undefined) return line
    }
  }
  return undefined
}

/** A command with a placeholder, or one that installs only what a folder lists, gets nobody the project. */
const isInstall = (line: string): boolean =>
  line.length <= LONGEST &&
  INSTALLS.test(line) &&
  !/[<>|&;]|…|\.\.\.| (?:-r|--requirement|-e|--editable|\.)(?: |$)/.test(line)
