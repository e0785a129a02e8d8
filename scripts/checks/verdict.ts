/** Prints what a check found and makes the process fail if it found anything. */
export function verdict(check: string, findings: readonly string[], fine: string): void {
  if (findings.length === 0) {
    console.log(`${check}: ${fine}`);
    return;
  }
  console.error(`${check}: ${findings.length} to fix\n${findings.map((finding) => `  ${finding}`).join("\n")}`);
  process.exitCode = 1;
}
