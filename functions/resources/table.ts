import { openTable, type Table } from '../../shared/aws/clients.ts'
import { readEnv, TableEnv } from '../../shared/env.ts'
import { lazy } from '../lazy.ts'

export const table: () => Table = lazy(() => openTable(readEnv(TableEnv)))
