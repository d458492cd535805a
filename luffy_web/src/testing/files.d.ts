/** Of Node, for specs that read a file; all of its types would make timers of browsers those of Node. */
declare module 'node:fs' {
  export function readFileSync(path: string): Uint8Array
}
