/** Calls of the routes that the application has written itself: the generated client knows those of resources and channels. */
import { CovaraError, type ProblemDocument } from "../../../generated/client.ts";

/**
 * Sends JSON and reads the answer, which is taken to be what the route of the same application gives.
 *
 * @throws CovaraError where the server refuses, as calls of the client do.
 */
export async function send<Answer>(method: "GET" | "POST", path: string, body?: object): Promise<Answer> {
  const response = await fetch(path, {
    method,
    ...(body && { body: JSON.stringify(body), headers: { "Content-Type": "application/json" } }),
  });
  if (response.ok) return (response.status === 204 ? null : await response.json()) as Answer;
  const type = response.headers.get("Content-Type") ?? "";
  const problem: ProblemDocument = type.startsWith("application/problem+json")
    ? await response.json()
    : {
        type: "about:blank",
        title: "Unexpected response",
        status: response.status,
        detail: `The server answered ${response.status}.`,
        code: "UNEXPECTED_RESPONSE",
      };
  throw new CovaraError(`${method} ${path}`, problem);
}
