import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib'
import {
  AccessLogField,
  AccessLogFormat,
  EndpointType,
  LambdaIntegration,
  LogGroupLogDestination,
  ResponseTransferMode,
  RestApi,
  SecurityPolicy,
} from 'aws-cdk-lib/aws-apigateway'
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager'
import { Alarm, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch'
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs'
import { Construct } from 'constructs'
import { type HttpFunction, type Route, routes, streamed } from '../../api/routes.ts'
import type { Choices } from './contexts.ts'
import { addGatewayResponses } from './gateway-responses.ts'
import type { HandlerFunction } from './handler-function.ts'

export interface ApiProps {
  choices: Choices
  functions: Record<HttpFunction, HandlerFunction>
  logRetentionDays: RetentionDays
}

/** The REST API, made from the same table of routes as the local gateway. */
export class Api extends Construct {
  readonly restApi: RestApi
  readonly alarms: Alarm[]
  private readonly integrations = new Map<HttpFunction, LambdaIntegration>()

  constructor(scope: Construct, id: string, { choices, functions, logRetentionDays }: ApiProps) {
    super(scope, id)
    const log = new LogGroup(this, 'AccessLog', { retention: logRetentionDays, removalPolicy: RemovalPolicy.DESTROY })
    this.restApi = new RestApi(this, 'Api', {
      restApiName: choices.namePrefix,
      endpointTypes: [EndpointType.REGIONAL],
      cloudWatchRole: choices.apiGatewayAccountRole,
      deployOptions: {
        stageName: 'v1',
        throttlingRateLimit: choices.throttleRate,
        throttlingBurstLimit: choices.throttleBurst,
        accessLogDestination: new LogGroupLogDestination(log),
        accessLogFormat: accessLogFormat(),
      },
      ...domainOf(this, choices),
    })
    // The outputs of the stack name the address that people use.
    this.restApi.node.tryRemoveChild('Endpoint')
    addGatewayResponses(this.restApi)
    for (const route of routes) this.add(route, functions[route.handler])
    this.alarms = [
      new Alarm(this, 'ErrorsAlarm', {
        alarmDescription:
          'The API answers with 5xx: the access log names the requests, the logs of the functions the reasons.',
        metric: this.restApi.metricServerError({ statistic: 'Sum', period: Duration.minutes(5) }),
        threshold: 5,
        evaluationPeriods: 1,
        treatMissingData: TreatMissingData.NOT_BREACHING,
      }),
    ]
    acknowledge(this.restApi)
  }

  private add({ method, path, handler }: Route, target: HandlerFunction): void {
    const resource = this.restApi.root.resourceForPath(path)
    const integration = this.integrationOf(handler, target)
    resource.addMethod(method, integration)
    if (method === 'GET') resource.addMethod('HEAD', integration)
  }

  private integrationOf(name: HttpFunction, { lambda, timeoutSeconds }: HandlerFunction): LambdaIntegration {
    const known = this.integrations.get(name)
    if (known) return known
    const stream = { responseTransferMode: ResponseTransferMode.STREAM, timeout: Duration.seconds(timeoutSeconds) }
    const integration = new LambdaIntegration(lambda, {
      // One permission for each function: any method of this API, since the routes decide who is asked.
      scopePermissionToMethod: false,
      ...(streamed.has(name) ? stream : {}),
    })
    this.integrations.set(name, integration)
    return integration
  }
}

/** Without an edge, the domain is the API's own. */
function domainOf(scope: Construct, { edge, domainName, certificateArn }: Choices) {
  if (edge || !domainName || !certificateArn) return {}
  const certificate = Certificate.fromCertificateArn(scope, 'Certificate', certificateArn)
  return {
    domainName: { domainName, certificate, securityPolicy: SecurityPolicy.TLS_1_2 },
    disableExecuteApiEndpoint: true,
  }
}

function accessLogFormat(): AccessLogFormat {
  return AccessLogFormat.custom(
    JSON.stringify({
      time: AccessLogField.contextRequestTime(),
      request_id: AccessLogField.contextRequestId(),
      ip: AccessLogField.contextIdentitySourceIp(),
      method: AccessLogField.contextHttpMethod(),
      path: AccessLogField.contextPath(),
      status: AccessLogField.contextStatus(),
      bytes: AccessLogField.contextResponseLength(),
      milliseconds: AccessLogField.contextResponseLatency(),
      // Not the error's message, nor what clients say of themselves: the one may quote a key, the other forge a line.
      error: AccessLogField.contextErrorResponseType(),
    }),
  )
}

function acknowledge(restApi: RestApi): void {
  const callersAreKnown =
    'Every function but the public ones (/health, /api/models, log-in and log-out) checks the key of the caller itself, first thing; users and keys are records of the service, not of Cognito.'
  const reasons: Record<string, string> = {
    'AwsSolutions-APIG2':
      'Each function validates its request by a schema and names every problem in its own words; API Gateway would answer before it with other ones.',
    'AwsSolutions-APIG3':
      'Throttling, keys of 256 bits and no query language behind the API leave a firewall little to do; a web ACL can be attached to the distribution where a policy asks for one.',
    'AwsSolutions-APIG4': callersAreKnown,
    'AwsSolutions-COG4': callersAreKnown,
    'AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs]':
      'The role belongs to API Gateway in the whole account and region, and AWS keeps this policy for exactly that; the context apiGatewayAccountRole=off leaves it to an account that has one.',
    'AwsSolutions-APIG6':
      'Execution logs repeat what the access log and the functions say, and would hold the keys that callers send.',
  }
  for (const [id, reason] of Object.entries(reasons)) Validations.of(restApi).acknowledge({ id, reason })
}
