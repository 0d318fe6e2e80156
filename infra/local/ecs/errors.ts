type Details = { resourceIds?: string[] }

type EcsErrorType =
  | 'ClientException'
  | 'ClusterNotFoundException'
  | 'ConflictException'
  | 'InvalidParameterException'
  | 'SerializationException'
  | 'UnknownOperationException'

/** An error that ECS documents for its API: the client's fault, answered with status 400. */
export class EcsError extends Error {
  readonly type: EcsErrorType
  readonly details: Details

  constructor(type: EcsErrorType, message: string, details: Details = {}) {
    super(message)
    this.type = type
    this.details = details
  }
}

/** ECS's answer to a request that names something it cannot use. */
export function invalidParameter(message: string): EcsError {
  return new EcsError('InvalidParameterException', message)
}
