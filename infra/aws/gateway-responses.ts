import { ResponseType, type RestApi } from 'aws-cdk-lib/aws-apigateway'

/** What the gateway answers by itself, in the words that the functions and the local gateway use. */
const responses: [id: string, type: ResponseType, status: string, detail: string][] = [
  ['UnknownRoute', ResponseType.MISSING_AUTHENTICATION_TOKEN, '404', 'Not Found'],
  ['NoResource', ResponseType.RESOURCE_NOT_FOUND, '404', 'Not Found'],
  // No route takes a signature of AWS's: the gateway looks for one only where there is no such route.
  ['UnknownRouteWithKey', ResponseType.INVALID_SIGNATURE, '404', 'Not Found'],
  ['UnknownRouteWithToken', ResponseType.EXPIRED_TOKEN, '404', 'Not Found'],
  ['TooLarge', ResponseType.REQUEST_TOO_LARGE, '413', 'Request body too large'],
  ['Throttled', ResponseType.THROTTLED, '429', 'Too many requests. Please retry shortly.'],
  ['Failed', ResponseType.INTEGRATION_FAILURE, '502', 'Internal server error'],
  ['TimedOut', ResponseType.INTEGRATION_TIMEOUT, '504', 'Endpoint request timed out'],
]

/** Errors of the gateway itself with the body that every error of the API has. */
export function addGatewayResponses(api: RestApi): void {
  for (const [id, type, statusCode, detail] of responses) {
    api.addGatewayResponse(id, { type, statusCode, templates: body(detail) })
  }
  // The status stays the gateway's. Its own text does not: it may quote the key that was sent.
  api.addGatewayResponse('Default4xx', { type: ResponseType.DEFAULT_4XX, templates: body('The request was refused') })
  api.addGatewayResponse('Default5xx', { type: ResponseType.DEFAULT_5XX, templates: body('Internal server error') })
}

const body = (detail: string): Record<string, string> => ({
  'application/json': JSON.stringify({ detail, request_id: '$context.requestId' }),
})
