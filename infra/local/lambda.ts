import type { Context } from 'aws-lambda'

/** A function's `handler`: `(event, context)`, or `(event, responseStream, context)` where its responses stream. */
export type LambdaHandler = (...args: never[]) => unknown

/** What Node 24's runtime hands over: no callbacks, no `callbackWaitsForEmptyEventLoop`. */
export type LambdaContext = Omit<Context, 'callbackWaitsForEmptyEventLoop' | 'done' | 'fail' | 'succeed'>

/** The function took longer than its time-out; it may still be running. */
export class InvocationTimedOut extends Error {
  override name = 'InvocationTimedOut'
}

/** The context of one invocation that starts now and may take `timeoutSeconds`. */
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

/** Calls a handler as Lambda's runtime does; rejects with whatever it threw. */
export async function invoke(handler: LambdaHandler, ...args: unknown[]): Promise<unknown> {
  return handler(...(args as never[]))
}

/**
 * What `work` gives, or InvocationTimedOut after `timeoutSeconds`. The work may still go on then: unlike Lambda, one
 * process cannot freeze a handler.
 */
export async function before<T>(timeoutSeconds: number, work: Promise<T>): Promise<T> {
  const timedOut = Promise.withResolvers<never>()
  const timer = setTimeout(
    () => timedOut.reject(new InvocationTimedOut(`No answer within ${timeoutSeconds} seconds`)),
    timeoutSeconds * 1000,
  )
  try {
    return await Promise.race([work, timedOut.promise])
  } finally {
    clearTimeout(timer)
  }
}
