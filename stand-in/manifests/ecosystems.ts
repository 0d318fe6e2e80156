import type { Ecosystem } from './manifest.ts'

export const npm: Ecosystem = {
  parts: 'Packages',
  add: (name) => `npm install ${name}`,
  install: (name) => `npm install --global ${name}`,
}
export const pypi: Ecosystem = {
  parts: 'Packages',
  add: (name) => `pip install ${name}`,
  install: (name) => `pip install ${name}`,
}
export const cargo: Ecosystem = {
  parts: 'Crates',
  add: (name) => `cargo add ${name}`,
  install: (name) => `cargo install ${name}`,
  test: 'cargo test',
}
export const goModule: Ecosystem = {
  parts: 'Packages',
  add: (name) => `go get ${name}`,
  install: (name) => `go install ${name}@latest`,
  test: 'go test ./...',
}
export const maven: Ecosystem = { parts: 'Modules', test: 'mvn test' }
export const gradle: Ecosystem = { parts: 'Modules', test: './gradlew test' }
export const nuget: Ecosystem = { parts: 'Projects', add: (name) => `dotnet add package ${name}`, test: 'dotnet test' }
export const composer: Ecosystem = { parts: 'Packages', add: (name) => `composer require ${name}` }
export const gem: Ecosystem = {
  parts: 'Gems',
  add: (name) => `bundle add ${name}`,
  install: (name) => `gem install ${name}`,
}
export const native: Ecosystem = { parts: 'Parts' }
