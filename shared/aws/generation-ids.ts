import { DeleteCommand, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb'
import type { Assignment, GenerationRecord } from '../generation.ts'
import type { Table } from './clients.ts'
import { readRecord } from './records.ts'
import { itemKeys } from './table.ts'

/** Permanently records which variant a generation ID belongs to. Written before `reserve`. */
export async function rememberGeneration(
  table: Table,
  key: string,
  { generationId, queuedAt }: Pick<Assignment, 'generationId' | 'queuedAt'>,
): Promise<void> {
  const Item = { ...itemKeys.generation(generationId), variantKey: key, rememberedAt: queuedAt }
  await table.client.send(new PutCommand({ TableName: table.name, Item }))
}

/** Removes an ID that was never returned to a client, because its request was refused. */
export async function forgetGeneration(table: Table, generationId: string): Promise<void> {
  await table.client.send(new DeleteCommand({ TableName: table.name, Key: itemKeys.generation(generationId) }))
}

/** The current record of the variant this ID was issued for; undefined if the variant has been deleted since, even if recreated. */
export async function readByGeneration(table: Table, generationId: string): Promise<GenerationRecord | undefined> {
  const { Item } = await table.client.send(
    new GetCommand({ TableName: table.name, Key: itemKeys.generation(generationId), ConsistentRead: true }),
  )
  const record = Item && (await readRecord(table, String(Item.variantKey)))
  return record && record.createdAt <= String(Item.rememberedAt) ? record : undefined
}
