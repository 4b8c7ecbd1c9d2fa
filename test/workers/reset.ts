/** As `setup.ts`, for applications without a database. */
import { reset } from "cloudflare:test";

await reset();
