/** Runs inside workerd: the task board, whose objects also tell how many connections they have. */
import { CovaraLiveDurableObject as Live } from "../../generated/live-object.ts";

export { CovaraChannelDurableObject } from "../../generated/channel-object.ts";
export { CovaraKVDurableObject } from "../../generated/kv-object.ts";
export { default } from "../../generated/worker.ts";

export class CovaraLiveDurableObject extends Live {
  override fetch(request: Request): Promise<Response> {
    if (new URL(request.url).pathname !== "/sockets") return super.fetch(request);
    return Promise.resolve(Response.json(this.ctx.getWebSockets().length));
  }
}
