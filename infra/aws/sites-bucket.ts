import { Duration, Validations } from 'aws-cdk-lib'
import { PolicyStatement } from 'aws-cdk-lib/aws-iam'
import { BlockPublicAccess, Bucket, BucketEncryption, ObjectOwnership } from 'aws-cdk-lib/aws-s3'
import { Construct } from 'constructs'
import type { BucketEnv } from '../../shared/env.ts'
import type { Choices } from './contexts.ts'
import { explainWildcard, type Grantee, logicalId, type Variables } from './grantee.ts'
import { removalPolicyOf } from './removal-policy.ts'

/** Sites, plans, pages and logs. Private: only functions serve its objects. */
export class SitesBucket extends Construct {
  private readonly bucket: Bucket

  constructor(scope: Construct, id: string, chosen: Pick<Choices, 'deletionProtection'>) {
    super(scope, id)
    this.bucket = new Bucket(this, 'Bucket', {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      encryption: BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      lifecycleRules: [{ id: 'unfinished-uploads', abortIncompleteMultipartUploadAfter: Duration.days(1) }],
      removalPolicy: removalPolicyOf(chosen),
    })
    Validations.of(this.bucket).acknowledge({
      id: 'AwsSolutions-S1',
      reason:
        'Only the functions and the runner can read the bucket, and the access log of the API records each request for a page. Enable CloudTrail data events if an audit needs the S3 side too.',
    })
  }

  /** Readers need `list` too: without it S3 answers 403 instead of 404 for a missing object. */
  grantTo(grantee: Grantee, ...uses: BucketUse[]): void {
    const variables: Required<Variables<typeof BucketEnv>> = {
      BUCKET_NAME: this.bucket.bucketName,
      S3_PATH_STYLE: 'false',
    }
    grantee.grant(variables, ...uses.map((use) => this.statement(use)))
    const reason = 'Any object: the variant depends on the request or the generation, which no policy can know.'
    explainWildcard(grantee, `<${logicalId(this.bucket)}.Arn>/*`, reason)
  }

  private statement(use: BucketUse): PolicyStatement {
    if (use === 'list') return new PolicyStatement({ actions: ['s3:ListBucket'], resources: [this.bucket.bucketArn] })
    return new PolicyStatement({ actions: [onObjects[use]], resources: [this.bucket.arnForObjects('*')] })
  }
}

const onObjects = { read: 's3:GetObject', write: 's3:PutObject', delete: 's3:DeleteObject' } as const
export type BucketUse = keyof typeof onObjects | 'list'
