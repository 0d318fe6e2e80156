import type { Table } from '../../shared/aws/clients.ts'
import { Meter } from './meter.ts'

/** What DynamoDB would have counted. */
export interface Counts {
  calls: number
  itemsRead: number
  readUnits: number
  writeUnits: number
}

/** A table in memory, and what a piece of work costs on it. */
export function countedTable() {
  const meter = new Meter({ pageSize: () => ENTRIES_PER_MEGABYTE })
  let itemsRead = 0
  const send = async ({ constructor: { name }, input }: { constructor: { name: string }; input: object }) => {
    const reply = meter.execute(name, input) as { Item?: object; Items?: object[]; Count?: number }
    if (/Get|Query/.test(name)) itemsRead += reply.Count ?? (reply.Item ? 1 : 0)
    return reply
  }
  return {
    table: { client: { send }, name: 'docsfy' } as unknown as Table,
    double: meter.double,
    async count(work: () => Promise<unknown>): Promise<Counts> {
      meter.reset()
      itemsRead = 0
      await work()
      return { calls: meter.total, itemsRead, readUnits: meter.reads, writeUnits: meter.writes + meter.indexWrites }
    },
  }
}

/** Of the queue. */
const ENTRIES_PER_MEGABYTE = 3_500
