import { expect, test } from 'vitest'
import { withoutAwsIds } from '../../../../shared/aws/without-aws-ids.ts'

test.each([
  [
    'User: arn:aws:sts::123456789012:assumed-role/docsfy-Role-1A2B/fn is not authorized to perform: s3:PutObject on resource: "arn:aws-cn:s3:::docsfy-bucket-x/a b" with an explicit deny',
    'User: (an AWS resource) is not authorized to perform: s3:PutObject on resource: "(an AWS resource) b" with an explicit deny',
  ],
  [
    'failed to resolve ref 123456789012.dkr.ecr.us-east-1.amazonaws.com/cdk-assets-123456789012-us-east-1:0abc: not found',
    'failed to resolve ref (the container image) not found',
  ],
  [
    'AccessDeniedException: no, status code: 400, request id: 4f5c-88d2-44aa, RequestID: AB12CD34EF, HostID: x+y/zw1234==',
    'AccessDeniedException: no, status code: 400, request id: …, RequestID: …, HostID: …',
  ],
  [
    '{"$metadata":{"requestId":"4f5c88d2-44aa","extendedRequestId":"x+y/zw1234","cfId":"abcdefghij"},"name":"AccessDenied"}',
    '{"$metadata":{"requestId":"…","extendedRequestId":"…","cfId":"…"},"name":"AccessDenied"}',
  ],
  ['https://sqs.us-east-1.amazonaws.com/123456789012/doorbell.fifo refused', '(an AWS address) refused'],
  ['The role with name docsfy-RunnerTaskRole-X cannot be found.', 'The role with name … cannot be found.'],
  ['assumed-role/docsfy-Role/fn in account 123456789012', 'assumed-role/… in account (an AWS account)'],
])('removes IDs of accounts, resources, roles and requests: %s', (output, plain) => {
  expect(withoutAwsIds(output)).toBe(plain)
})

test.each([
  'Repository https://git.example.com/role/user/123456789012.git was not found',
  'https://git-codecommit.us-east-1.amazonaws.com/v1/repos/mine has no branch main',
  'Attempt 0d9b2c34-0000-4000-8000-123456789012 took 0.123456789012 s and 1234567890123 bytes',
  'src/role/admin.ts and requests.ts; request id missing; learn: arn',
  '{"generationId":"0d9b2c34-0000-4000-8000-123456789012","time":"2027-01-01T00:00:00.000Z"}',
])('leaves other text unchanged: %s', (text) => {
  expect(withoutAwsIds(text)).toBe(text)
})

test('takes linear time on hostile text', () => {
  const parts = ['http://', 'arn:aws', 'role/', 'request id: ', '123456789012.', 'extended-request-id=']
  for (const part of parts) expect(withoutAwsIds(part.repeat(50_000)).length).toBeGreaterThan(0)
})
