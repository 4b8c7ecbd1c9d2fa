/** What the Worker under test reaches when it fetches: a service that people have accounts at. */

/** A person is the code that the service would hand out: `encodeURIComponent` of what it knows of them, as JSON. */
export async function provider(request: Request): Promise<Response> {
  const { pathname } = new URL(request.url);
  if (pathname === "/token") {
    const code = new URLSearchParams(await request.text()).get("code") ?? "";
    if (code === "refused") return Response.json({ error: "invalid_grant" }, { status: 400 });
    return Response.json({
      access_token: code,
      refresh_token: "refresh-token",
      token_type: "Bearer",
      expires_in: 3600,
    });
  }
  const token = request.headers.get("Authorization")?.replace(/^Bearer /, "") ?? "";
  if (pathname !== "/userinfo" || token === "") return new Response(null, { status: 404 });
  return new Response(decodeURIComponent(token), { headers: { "Content-Type": "application/json" } });
}
