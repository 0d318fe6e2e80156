import { RemovalPolicy, Validations } from 'aws-cdk-lib'
import { Secret } from 'aws-cdk-lib/aws-secretsmanager'
import { Construct } from 'constructs'

/**
 * Proves to the API that a request came through CloudFront: an API key that CloudFront adds to every request. Without it, anyone could
 * call the API directly and claim any address in `X-Forwarded-For`. It identifies no user. Another id makes CloudFormation replace it.
 */
export class EdgeKey extends Construct {
  /** A reference that CloudFormation resolves: the template itself contains no secret. */
  readonly value: string

  constructor(scope: Construct, id: string) {
    super(scope, id)
    const secret = new Secret(this, 'Secret', {
      description: 'The API key that CloudFront sends to the API',
      generateSecretString: { passwordLength: 48, excludePunctuation: true },
      removalPolicy: RemovalPolicy.DESTROY,
    })
    this.value = secret.secretValue.unsafeUnwrap()
    Validations.of(secret).acknowledge({
      id: 'AwsSolutions-SMG4',
      reason:
        'CloudFront and API Gateway have to change it together, which only a deployment does: with another edgeKeyVersion.',
    })
  }

  /** The header that API Gateway reads the key from. CloudFront replaces whatever a client sent in it. */
  get header(): Record<string, string> {
    return { 'x-api-key': this.value }
  }
}
