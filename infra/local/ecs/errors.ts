type Details = { resourceIds?: string[] }

type EcsErrorType =
  | 'ClientException'
  | 'ClusterNotFoundException'
  | 'ConflictException'
  | 'InvalidParameterException'
  | 'SerializationException'
  | 'UnknownOperationException'

/** A client error that ECS documents for its API; sent with status 400. */
export class EcsError extends Error {
  readonly type: EcsErrorType
  readonly details: Details

  constructor(type: EcsErrorType, message: string, details: Details = {}) {
    super(message)
    this.type = type
    this.details = details
  }
}

/** ECS's error for a request with an invalid value. */
export function invalidParameter(message: string): EcsError {
  return new EcsError('InvalidParameterException', message)
}
