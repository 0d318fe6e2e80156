import { ResponseType, type RestApi } from 'aws-cdk-lib/aws-apigateway'

/** The gateway's own error responses, with the same texts as the functions and the local gateway. */
const responses: [id: string, type: ResponseType, status: string, detail: string][] = [
  ['UnknownRoute', ResponseType.MISSING_AUTHENTICATION_TOKEN, '404', 'Not Found'],
  ['NoResource', ResponseType.RESOURCE_NOT_FOUND, '404', 'Not Found'],
  // No route uses AWS signatures. The gateway checks for one only when no route matches.
  ['UnknownRouteWithKey', ResponseType.INVALID_SIGNATURE, '404', 'Not Found'],
  ['UnknownRouteWithToken', ResponseType.EXPIRED_TOKEN, '404', 'Not Found'],
  ['NotFromEdge', ResponseType.INVALID_API_KEY, '403', "Requests are accepted only through the service's own address"],
  ['TooLarge', ResponseType.REQUEST_TOO_LARGE, '413', 'Request body too large'],
  ['Throttled', ResponseType.THROTTLED, '429', 'Too many requests. Please retry shortly.'],
  ['Failed', ResponseType.INTEGRATION_FAILURE, '502', 'Internal server error'],
  ['TimedOut', ResponseType.INTEGRATION_TIMEOUT, '504', 'Endpoint request timed out'],
]

/** Gives the gateway's own errors the same body as all other errors of the API. */
export function addGatewayResponses(api: RestApi): void {
  for (const [id, type, statusCode, detail] of responses) {
    api.addGatewayResponse(id, { type, statusCode, templates: body(detail) })
  }
  // Keep the gateway's status but replace its text, which may quote the caller's key.
  api.addGatewayResponse('Default4xx', { type: ResponseType.DEFAULT_4XX, templates: body('The request was refused') })
  api.addGatewayResponse('Default5xx', { type: ResponseType.DEFAULT_5XX, templates: body('Internal server error') })
}

const body = (detail: string): Record<string, string> => ({
  'application/json': JSON.stringify({ detail, request_id: '$context.requestId' }),
})
