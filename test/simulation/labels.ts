/** The service that a call goes to. */
export type Service = 'dynamodb' | 'sqs' | 'ecs' | 's3'

interface Input {
  Key?: { pk?: string }
  Item?: { pk?: string }
  IndexName?: string
  ExpressionAttributeValues?: Record<string, unknown>
  UpdateExpression?: string
  RequestItems?: Record<string, { Keys?: { pk?: string }[] }>
}

/** Describes a call by its purpose: `Update launch`, `Query active`, `RunTask`. */
export function labelOf(service: Service, name: string, input: object): string {
  const command = name.replace(/Command$/, '')
  if (service !== 'dynamodb') return command
  const { Key, Item, IndexName, ExpressionAttributeValues = {}, RequestItems = {} } = input as Input
  if (command === 'Query') return `Query ${IndexName ?? kindOf(ExpressionAttributeValues[':pk'])}`
  const [batch] = Object.values(RequestItems)
  const kind = kindOf(Key?.pk ?? Item?.pk ?? batch?.Keys?.[0]?.pk)
  if (kind === 'SPENDING')
    return (input as Input).UpdateExpression?.includes('REMOVE') ? 'Update unmark' : `${command} SPENDING`
  if (command === 'Update') return `Update ${rowOf(input)}`
  return `${command} ${kind}`
}

const kindOf = (pk: unknown): string => String(pk).split('#')[0] ?? ''

/** Recognises the row of the lifecycle table behind an update of a record by the fields that only this row sets. */
export function rowOf(input: object): string {
  const { ExpressionAttributeValues: values = {}, UpdateExpression = '' } = input as Input
  const sets = (field: string) => `:new_${field}` in values
  if (sets('createdAt')) return ':seen' in values ? 'reserve' : 'create'
  if (UpdateExpression === 'REMOVE #activeShard') return 'close'
  if (sets('abortAskedAt')) return 'askAbort'
  if (values[':new_status'] === 'aborted') return 'confirmAbort'
  if (values[':new_status'] === 'error') return ':maxRetries' in values ? 'giveUp' : 'fail'
  if (values[':new_stage'] === 'up_to_date') return 'upToDate'
  if (values[':new_status'] === 'ready') return 'publish'
  if (sets('attempt')) return sets('hostEnds') ? 'resume' : sets('deaths') ? 'retry' : 'refuse'
  if (sets('prioritizedAt')) return 'prioritize'
  if (sets('launchedAt')) return 'launch'
  if (sets('claimedBy')) return 'claim'
  if (sets('taskArn')) return 'recordTask'
  if (sets('heartbeats')) return 'progress'
  if (sets('silentSweeps')) return 'observe'
  if (sets('hungReason')) return 'condemn'
  throw new Error(`The update matches no row of the lifecycle table: ${UpdateExpression}`)
}
