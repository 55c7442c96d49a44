/** The installation under which a program's probes run: its own name with the last bit turned. */
export function beside(installation) {
  return installation.slice(0, -1) + (Number.parseInt(installation.slice(-1), 16) ^ 1).toString(16);
}
