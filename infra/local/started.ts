/** A server of this machine that runs. */
export interface Started {
  url: string
  close(): Promise<void>
}
