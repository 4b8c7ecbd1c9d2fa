/** The API of the page's own origin, where the browser's cookie says who asks. */
import { createClient } from "../../../generated/client.ts";

export const client = createClient({ baseUrl: "" });
