import { expect, test } from 'vitest'
import { credentialFiles, isCredentialFile } from '../../../../runner/files/credential-files.ts'

const words = (text: string) => text.trim().split(/\s+/)

test.each(
  words(`
    .env .env.local .env.production .env-prod .env_staging prod.env .envrc .envs/.production/.postgres .dev.vars
    id_rsa id_ed25519 keys/id_ecdsa server.key server.pem cert.p12 cert.pfx release.jks app.keystore AuthKey.p8
    .npmrc .netrc _netrc .pypirc .git-credentials .aws/credentials .docker/config.json .kube/config kubeconfig prod.kubeconfig
    terraform.tfstate terraform.tfstate.backup prod.tfvars service-account-prod.json serviceAccountKey.json credentials.json
    a/b/c/.env .ENV Server.PEM .Npmrc ID_RSA .en\u200Bv \uFF0Eenv .aws/Credentials .ſsh/x .\u212Aube/config`),
)('%s is there to hold credentials', (path) => {
  expect(isCredentialFile(path)).toBe(true)
})

test.each(
  words(`
    .env.example .env.sample .env.template .env.dist .env.local.example .env-example .env.example.local example.env sample.env
    .ENV.Example prod.tfvars.example example.tfvars id_rsa.pub id_rsa.example server.key.template .npmrc.example
    terraform.tfstate.example kubeconfig.example service-account.example.json src/env.ts src/environment.ts .environment
    keys.ts key.json monkey.md README.md credentials.ts aws/credentials docker/config.json kube/config docs/id_rsa.md
    env .envoy.yaml src/pem.py certificate.crt known_hosts .dockerignore .npmignore settings.xml auth.json`),
)('%s is not', (path) => {
  expect(isCredentialFile(path)).toBe(false)
})

test('every kind is in the table once, in lower case, with a reason', () => {
  expect(new Set(credentialFiles.map(({ pattern }) => pattern)).size).toBe(credentialFiles.length)
  for (const { pattern, reason } of credentialFiles) {
    expect(pattern).toBe(pattern.toLowerCase())
    expect(reason).not.toBe('')
  }
})
