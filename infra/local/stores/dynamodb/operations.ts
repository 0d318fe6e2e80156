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

/** The DynamoDB operations that docsfy needs, or that are useful for inspecting its table. */
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
 * Runs one operation in dynalite. @throws dynalite's errors, which carry `statusCode` and `body`, and LevelDB's errors
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

/** dynalite has two files per operation: the action and its validation. */
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
