import { DeleteCommand, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb'
import * as z from 'zod'
import type { Table } from './clients.ts'
import { itemKeys } from './table.ts'

const Place = z.object({ key: z.string(), queuedAt: z.string() })

/** Where a sweep that ran out of time stopped in each of its lists; absent for those that it finished. */
export const SweepPlaces = z.object({
  /** The number of a slot. */
  slots: z.number().optional(),
  active: Place.optional(),
  ended: Place.optional(),
})
export type SweepPlaces = z.infer<typeof SweepPlaces>

/** Every list begins at its start. */
export const NOWHERE: SweepPlaces = { slots: undefined, active: undefined, ended: undefined }

/** Where the last sweep stopped. */
export async function readPlaces(table: Table): Promise<SweepPlaces> {
  const { Item } = await table.client.send(new GetCommand({ TableName: table.name, Key: itemKeys.sweep() }))
  return { ...NOWHERE, ...SweepPlaces.safeParse(Item ?? {}).data }
}

/** Notes where this sweep stopped. */
export async function writePlaces(table: Table, places: SweepPlaces): Promise<void> {
  if (Object.values(places).every((place) => place === undefined))
    await table.client.send(new DeleteCommand({ TableName: table.name, Key: itemKeys.sweep() }))
  else await table.client.send(new PutCommand({ TableName: table.name, Item: { ...itemKeys.sweep(), ...places } }))
}
