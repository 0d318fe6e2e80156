import type { LanguageProject } from './project.ts'

export const rust: LanguageProject[] = [
  {
    what: 'a crate',
    files: {
      'Cargo.toml':
        '[package]\nname = "tides"\nversion = "0.2.0"\ndescription = "Reads tide tables."\nlicense = "MIT"\nrust-version = "1.70"\n\n[dependencies]\nserde = { version = "1", features = ["derive"] }\n\n[dev-dependencies]\nproptest = "1.4"\n',
      'src/lib.rs':
        '//! Tides for everyone.\n\nmod table;\npub use table::Table;\n\n/// Reads a table.\n///\n/// Hours are in UTC.\npub fn read(path: &str) -> Table {\n    Table::new(path)\n}\n\nfn hidden() {}\n\n#[cfg(test)]\nmod tests {\n    #[test]\n    fn reads_a_port() {}\n}\n',
      'src/table.rs':
        '/// The tides of a port.\n#[derive(Clone)]\npub struct Table {\n    pub port: String,\n}\n\nimpl Table {\n    /// An empty one.\n    pub fn new(port: &str) -> Self {\n        Table { port: port.into() }\n    }\n\n    fn secret(&self) {}\n}\n',
    },
    says: {
      overview: ['| Licence | `MIT` | [Cargo.toml, line 5]', 'tides'],
      'getting-started': ['`Rust 1.70`', '`cargo add tides` installs it'],
      'public-api': [
        '```rust source=src/lib.rs#L6-L11\n/// Reads a table.',
        '```rust source=src/table.rs#L1-L5\n/// The tides of a port.\n#[derive(Clone)]\npub struct Table {',
        '[new](source:src/table.rs#L8-L11) – An empty one.',
      ],
      'code-src': ['Tides for everyone.'],
      dependencies: ['| `serde` |', '| `proptest` | `1.4` | dev-dependencies |'],
    },
    lacks: ['hidden`', 'secret]'],
  },
  {
    what: 'a workspace',
    files: {
      'Cargo.toml': '[workspace]\nmembers = ["crates/*"]\n',
      'crates/flow-core/Cargo.toml': '[package]\nname = "flow-core"\ndescription = "The heart of it."\n',
      'crates/flow-core/src/lib.rs': 'pub trait Flow {\n    /// Steps once.\n    fn step(&self);\n}\n',
      'crates/flow-cli/Cargo.toml': '[package]\nname = "flow-cli"\n\n[[bin]]\nname = "flow"\n',
      'crates/flow-cli/src/main.rs': 'use flow_core::Flow;\n\nfn main() {}\n',
    },
    says: {
      architecture: ['[flow-core](code-crates-flow-core.md)', 'The heart of it.', 'part1 --> part2'],
      commands: ['| `flow` |'],
      'code-crates-flow-core': ['pub trait Flow {', 'fn step(&self);'],
    },
  },
  {
    what: 'macros, enums and tests beside the code',
    files: {
      'Cargo.toml': '[package]\nname = "sums"\n',
      'src/main.rs':
        '/// Adds.\n#[macro_export]\nmacro_rules! add {\n    () => {};\n}\n\n/// How to add.\npub enum Mode {\n    Fast,\n}\n\nfn main() {\n    let home = std::env::var("SUMS_HOME");\n}\n',
      'tests/sums.rs': '#[test]\nfn adds_two() {}\n',
    },
    says: {
      'code-src': ['macro_rules! add', 'pub enum Mode'],
      tests: ['- adds_two', '`cargo test`'],
      configuration: ['| `SUMS_HOME` |'],
    },
  },
]
