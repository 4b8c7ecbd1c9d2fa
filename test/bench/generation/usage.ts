/** Preloaded into a measured process: leaves its peak memory, in KiB, in the file that BENCH_USAGE names. */
import { writeFileSync } from "node:fs";

process.once("exit", () => {
  const file = process.env.BENCH_USAGE;
  if (file !== undefined) writeFileSync(file, String(process.resourceUsage().maxRSS));
});
