/** `os.environ["NAME"]`, `environ.get("NAME")`, `getenv("NAME")`, `"NAME" in os.environ`, click's `envvar="NAME"`. */
export const environment = `
(subscript value: (_) @_environ subscript: (string) @name (#match? @_environ "(^|[.])environ$"))
(call
  function: (attribute object: (_) @_environ attribute: (identifier) @_method)
  arguments: (argument_list . (string) @name)
  (#match? @_environ "(^|[.])environ$") (#any-of? @_method "get" "pop" "setdefault"))
(call
  function: [(identifier) @_getenv (attribute attribute: (identifier) @_getenv)]
  arguments: (argument_list . (string) @name) (#eq? @_getenv "getenv"))
(comparison_operator . (string) @name (_) @_environ (#match? @_environ "(^|[.])environ$"))
(keyword_argument name: (identifier) @_keyword value: (string) @name (#eq? @_keyword "envvar"))
(class_definition superclasses: (argument_list (_) @whole) (#match? @whole "BaseSettings$"))
(argument_list (attribute) @whole (#eq? @whole "os.environ"))`

/** Fields of pydantic's settings classes. */
export const environmentNames = `
(class_definition
  superclasses: (argument_list (_) @_base)
  body: (block (expression_statement (assignment left: (identifier) @name type: (_))))
  (#match? @_base "BaseSettings$"))`

/** Functions and classes that pytest and unittest collect. */
export const tests = `
(function_definition name: (identifier) @name (#match? @name "^test"))
(class_definition name: (identifier) @name (#match? @name "^Test|Tests?$|TestCase$"))`

/** Options of argparse and click, with their help; subcommands of argparse. */
export const commandLine = `
(call
  function: (attribute attribute: (identifier) @_method)
  arguments: (argument_list . (string) @name) @arguments
  (#any-of? @_method "add_argument" "add_parser" "option" "argument" "command"))`
