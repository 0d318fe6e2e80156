/** Where `npm run test:stores` announces the servers that it puts in place of the service's own. */
const variables = {
  dynamodbUrl: 'GIVEN_STORES_DYNAMODB',
  sqsUrl: 'GIVEN_STORES_SQS',
  s3Url: 'GIVEN_STORES_S3',
} as const

/** URLs of servers that the services of tests use in place of their own. */
export type GivenStores = Partial<Record<keyof typeof variables, string>>

/** Empty, except in `npm run test:stores`. */
export function givenStores(): GivenStores {
  const named = Object.entries(variables).map(([name, variable]) => [name, process.env[variable]])
  return Object.fromEntries(named.filter(([, url]) => url))
}

/** From now on, the services of this process's tests use these servers. */
export function giveStores(stores: GivenStores): void {
  for (const [name, variable] of Object.entries(variables)) {
    const url = stores[name as keyof GivenStores]
    if (url) process.env[variable] = url
  }
}

/** What tells a service to use the given servers. */
export function givenStoresEnv(): Record<string, string> {
  const { dynamodbUrl, sqsUrl, s3Url } = givenStores()
  return {
    ...(dynamodbUrl ? { AWS_ENDPOINT_URL_DYNAMODB: dynamodbUrl } : {}),
    ...(sqsUrl ? { AWS_ENDPOINT_URL_SQS: sqsUrl } : {}),
    ...(s3Url ? { AWS_ENDPOINT_URL_S3: s3Url } : {}),
  }
}
