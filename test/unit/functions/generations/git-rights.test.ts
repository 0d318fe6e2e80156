import { randomUUID } from 'node:crypto'
import { beforeEach, expect, test } from 'vitest'
import { mayUseCredentials } from '../../../../functions/generations/git-rights.ts'
import type { Table } from '../../../../shared/aws/clients.ts'
import { beginDeletion, createUser } from '../../../../shared/aws/user-store.ts'
import type { Role } from '../../../../shared/user.ts'
import { DynamoDbDouble } from '../../../simulation/dynamodb-double.ts'

let table: Table

beforeEach(async () => {
  const double = new DynamoDbDouble()
  const send = async (command: { constructor: { name: string }; input: object }) =>
    double.execute(command.constructor.name, command.input)
  table = { client: { send } as never, name: 'docsfy' }
  const users: [string, Role][] = [
    ['ann', 'user'],
    ['root', 'admin'],
    ['admins', 'user'],
    ['former', 'admin'],
  ]
  for (const [username, role] of users)
    await createUser(table, { username, role, userId: randomUUID(), keyHash: username })
  await beginDeletion(table, 'former', randomUUID())
})

const owners = ['admin', 'root', 'ann', 'admins', 'former', 'nobody']

test.each([
  [['admins'], ['admin', 'root']],
  [['ann'], ['ann']],
  [
    ['admins', 'ann'],
    ['admin', 'root', 'ann'],
  ],
  [['admin'], ['admin']],
  [['all'], owners],
  [[], []],
])('GIT_CREDENTIALS_FOR=%j lets %j use the credentials', async (allowed, expected) => {
  const may = await Promise.all(owners.map(async (owner) => await mayUseCredentials(table, owner, allowed)))
  expect(owners.filter((_, index) => may[index])).toEqual(expected)
})
