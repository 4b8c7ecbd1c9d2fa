/**
 * Preloaded into wrangler: ends it once the process that started it is gone, however that came about. A `covara dev` that was killed
 * would otherwise leave a server behind, on the port that the next one wants.
 */
process.once("disconnect", () => process.kill(process.pid, "SIGTERM"));
// Listening alone would keep a process from ending by itself.
process.channel?.unref();
