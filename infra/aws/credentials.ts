import { Validations } from 'aws-cdk-lib'
import { Secret as EcsSecret } from 'aws-cdk-lib/aws-ecs'
import { PolicyStatement } from 'aws-cdk-lib/aws-iam'
import { type ISecret, Secret } from 'aws-cdk-lib/aws-secretsmanager'
import { Construct } from 'constructs'
import { type CredentialsEnv, GIT_SECRETS } from '../../shared/env.ts'
import { SECRETS } from '../../shared/providers/descriptors.ts'
import type { Choices } from './contexts.ts'
import type { Grantee, Variables } from './grantee.ts'
import { removalPolicyOf } from './removal-policy.ts'

/**
 * The keys that the secret starts with, empty until the operator fills them in. Never change these names or their order: with a
 * different template CloudFormation would overwrite the secret. The key of a provider added later has to be put into the secret by
 * hand (docs/deploy.md).
 */
export const TEMPLATE_KEYS: readonly string[] = [
  'ANTHROPIC_API_KEY',
  'GEMINI_API_KEY',
  'CURSOR_API_KEY',
  'AWS_BEARER_TOKEN_BEDROCK',
  'GOOGLE_CREDENTIALS_JSON',
  'GIT_TOKEN',
  'GIT_SSH_KEY',
]

/**
 * One JSON secret: the admin key, the pepper for users' keys, and the runner's keys. Secrets Manager generates only one value per
 * secret, so the pepper is generated in a secret of its own and CloudFormation copies it. An update keeps both unless their
 * definition here changes; then CloudFormation overwrites them.
 */
export class Credentials extends Construct {
  readonly secretArn: string
  private readonly secret: Secret

  constructor(scope: Construct, id: string, chosen: Pick<Choices, 'deletionProtection'>) {
    super(scope, id)
    const removalPolicy = removalPolicyOf(chosen)
    const random = { passwordLength: 48, excludePunctuation: true }
    const pepper = new Secret(this, 'Pepper', {
      description: 'Where the KEY_PEPPER of the credentials was generated',
      generateSecretString: random,
      removalPolicy,
    })
    this.secret = new Secret(this, 'Secret', {
      description: 'ADMIN_KEY, KEY_PEPPER, and the keys of the AI providers',
      generateSecretString: {
        ...random,
        secretStringTemplate: JSON.stringify({
          // A reference that CloudFormation resolves: the template itself contains no secret.
          KEY_PEPPER: pepper.secretValue.unsafeUnwrap(),
          ...Object.fromEntries(TEMPLATE_KEYS.map((name) => [name, ''])),
        }),
        generateStringKey: 'ADMIN_KEY',
      },
      removalPolicy,
    })
    this.secretArn = this.secret.secretArn
    for (const secret of [pepper, this.secret]) {
      Validations.of(secret).acknowledge({
        id: 'AwsSolutions-SMG4',
        reason:
          'Automatic rotation does not fit: a new admin key has to be handed to people, a new pepper would lock out every user, and provider keys are issued by hand. docs/deploy.md explains how to change each.',
      })
    }
  }

  /** Lets a function read the secret. */
  grantTo(grantee: Grantee): void {
    const variables: Variables<typeof CredentialsEnv> = { SECRET_ARN: this.secretArn }
    grantee.grant(variables, this.readStatement())
  }

  readStatement(): PolicyStatement {
    return new PolicyStatement({ actions: ['secretsmanager:GetSecretValue'], resources: [this.secretArn] })
  }

  /** The runner's keys, one container variable each. */
  get forContainer(): Record<string, EcsSecret> {
    // CDK's own types conflict under `exactOptionalPropertyTypes`.
    const secret = this.secret as ISecret
    return Object.fromEntries(
      [...SECRETS, ...GIT_SECRETS].map((name) => [name, EcsSecret.fromSecretsManager(secret, name)]),
    )
  }
}
