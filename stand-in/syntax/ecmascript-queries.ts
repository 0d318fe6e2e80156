/** `process.env.NAME` in all its spellings, `import.meta.env.NAME`, `Deno.env.get("NAME")`; `process.env` as a whole. */
export const environment = `
(member_expression
  object: (member_expression object: (_) @_owner property: (property_identifier) @_env)
  property: (property_identifier) @name (#match? @_owner "^(process|import.meta|Bun)$") (#eq? @_env "env"))
(subscript_expression
  object: (member_expression object: (identifier) @_owner property: (property_identifier) @_env)
  index: (string) @name (#eq? @_owner "process") (#eq? @_env "env"))
(variable_declarator
  name: (object_pattern [
    (shorthand_property_identifier_pattern) @name
    (object_assignment_pattern left: (shorthand_property_identifier_pattern) @name)
    (pair_pattern key: (property_identifier) @name)])
  value: (member_expression object: (identifier) @_owner property: (property_identifier) @_env)
  (#eq? @_owner "process") (#eq? @_env "env"))
(call_expression
  function: (member_expression object: (member_expression) @_owner property: (property_identifier) @_get)
  arguments: (arguments . (string) @name) (#eq? @_owner "Deno.env") (#eq? @_get "get"))
(arguments
  (member_expression object: (identifier) @_owner property: (property_identifier) @_env) @whole
  (#eq? @_owner "process") (#eq? @_env "env"))
(assignment_pattern
  right: (member_expression object: (identifier) @_owner property: (property_identifier) @_env) @whole
  (#eq? @_owner "process") (#eq? @_env "env"))
(variable_declarator name: (identifier)
  value: (member_expression object: (identifier) @_owner property: (property_identifier) @_env) @whole
  (#eq? @_owner "process") (#eq? @_env "env"))`

/** Keys in capitals, in objects that may declare an environment to a validator. */
export const environmentNames = `
(pair key: (property_identifier) @name (#match? @name "^[A-Z][A-Z0-9_]+$"))`

/** Calls of the test functions common to most frameworks, with the test's name as first argument. */
export const tests = `
(call_expression
  function: [
    (identifier) @_function
    (member_expression object: (identifier) @_function)
    (call_expression function: (member_expression object: (identifier) @_function))]
  arguments: (arguments . [(string) (template_string)] @name)
  (#any-of? @_function "describe" "suite" "it" "test"))`

/** Options and commands of commander, yargs and cac, and the options of `util.parseArgs\`. */
export const commandLine = `
(call_expression
  function: (member_expression property: (property_identifier) @_method)
  arguments: (arguments . (string) @name . (string)? @help)
  (#any-of? @_method "option" "requiredOption" "command"))
(call_expression
  function: (identifier) @_function
  arguments: (arguments (object (pair
    key: (property_identifier) @_options
    value: (object (pair key: [(property_identifier) (string)] @name value: (object))))))
  (#eq? @_function "parseArgs") (#eq? @_options "options"))
(variable_declarator
  name: (identifier) @_options
  value: [(object (pair key: [(property_identifier) (string)] @name value: (object (pair key: (property_identifier) @_type))))
    (as_expression (object (pair key: [(property_identifier) (string)] @name value: (object (pair key: (property_identifier) @_type)))))]
  (#eq? @_options "options") (#eq? @_type "type"))`
