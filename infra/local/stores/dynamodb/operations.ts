import type { DynaliteStore } from 'dynalite/db/index.js'
import validations, { type Validation } from 'dynalite/validations/index.js'

const reading = [
  'BatchGetItem',
  'DescribeTable',
  'DescribeTimeToLive',
  'GetItem',
  'ListTables',
  'Query',
  'Scan',
] as const
const writing = ['CreateTable', 'DeleteItem', 'DeleteTable', 'PutItem', 'UpdateItem'] as const

/** An operation of DynamoDB that docsfy, or somebody who looks at its table, has a use for. */
export type Operation = (typeof reading)[number] | (typeof writing)[number]

export const isOperation = (name: string): name is Operation =>
  [...reading, ...writing].some((operation) => operation === name)

/** Whether an operation changes what is stored. */
export const isWrite = (name: Operation): boolean => writing.some((operation) => operation === name)

type Action = (
  store: DynaliteStore,
  input: object,
  callback: (error: Error | null | undefined, output?: object) => void,
) => void

/**
 * What dynalite answers to one operation. @throws its refusals, which carry `statusCode` and `body`, and LevelDB's errors
 */
export async function perform(store: DynaliteStore, operation: Operation, input: object): Promise<object> {
  const { action, validation } = await load(operation)
  const checked = validations.checkTypes(input, validation.types)
  validations.checkValidations(checked, validation.types, validation.custom, store)
  return await new Promise((resolve, reject) => {
    action(store, checked, (error, output = {}) => (error ? reject(error) : resolve(output)))
  })
}

const loaded = new Map<Operation, Promise<{ action: Action; validation: Validation }>>()

/** dynalite's package has a file for each operation, twice. */
async function load(operation: Operation) {
  const file = `${operation.charAt(0).toLowerCase()}${operation.slice(1)}.js`
  const found =
    loaded.get(operation) ??
    Promise.all([import(`dynalite/actions/${file}`), import(`dynalite/validations/${file}`)]).then(
      ([{ default: action }, { default: validation }]): { action: Action; validation: Validation } => ({
        action,
        validation,
      }),
    )
  loaded.set(operation, found)
  return await found
}
