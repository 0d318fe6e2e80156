import type { Context } from 'aws-lambda'

/** A function's `handler`: `(event, context)`, or `(event, responseStream, context)` for a streaming function. */
export type LambdaHandler = (...args: never[]) => unknown

/** The context in the Node 24 runtime, which has no callbacks and no `callbackWaitsForEmptyEventLoop`. */
export type LambdaContext = Omit<Context, 'callbackWaitsForEmptyEventLoop' | 'done' | 'fail' | 'succeed'>

/** The function exceeded its time-out. It may still be running. */
export class InvocationTimedOut extends Error {
  override name = 'InvocationTimedOut'
}

/** The context of an invocation that starts now and may take `timeoutSeconds`. */
export function lambdaContext(functionName: string, awsRequestId: string, timeoutSeconds: number): LambdaContext {
  const deadline = Date.now() + timeoutSeconds * 1000
  return {
    functionName,
    functionVersion: '$LATEST',
    invokedFunctionArn: `arn:aws:lambda:us-east-1:000000000000:function:${functionName}`,
    memoryLimitInMB: '512',
    awsRequestId,
    logGroupName: `/aws/lambda/${functionName}`,
    logStreamName: `local/${process.pid}`,
    getRemainingTimeInMillis: () => deadline - Date.now(),
  }
}

/** Calls a handler as the Lambda runtime does. Rejects with whatever it throws. */
export async function invoke(handler: LambdaHandler, ...args: unknown[]): Promise<unknown> {
  return handler(...(args as never[]))
}

/**
 * Resolves with the result of `work`, or rejects with InvocationTimedOut after `timeoutSeconds`. The work may continue: unlike
 * Lambda, one process can't freeze a handler.
 */
export async function withTimeout<T>(timeoutSeconds: number, work: Promise<T>): Promise<T> {
  const timedOut = Promise.withResolvers<never>()
  const timer = setTimeout(
    () => timedOut.reject(new InvocationTimedOut(`No response within ${timeoutSeconds} seconds`)),
    timeoutSeconds * 1000,
  )
  try {
    return await Promise.race([work, timedOut.promise])
  } finally {
    clearTimeout(timer)
  }
}
