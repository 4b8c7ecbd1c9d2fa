/** The files of Swagger UI, which shows the API to developers. It needs nothing from the internet. */
import fs from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";

/** Path below which the page finds them. */
export const viewerPath = "/__covara/viewer/";

const types = {
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".png": "image/png",
};

const names = ["swagger-ui-bundle.js", "swagger-ui.css", "favicon-32x32.png"];

const start = `SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#api",
  deepLinking: true,
  displayRequestDuration: true,
  filter: true,
  persistAuthorization: true,
  tryItOutEnabled: true,
  validatorUrl: null,
});
`;

/** The page itself. */
export const page = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>API</title>
    <link rel="icon" href="${viewerPath}favicon-32x32.png">
    <link rel="stylesheet" href="${viewerPath}swagger-ui.css">
  </head>
  <body>
    <div id="api"></div>
    <script src="${viewerPath}swagger-ui-bundle.js"></script>
    <script src="${viewerPath}start.js"></script>
  </body>
</html>
`;

/** What browsers may do with the page: nothing comes from, or goes to, anywhere else. Swagger UI sets styles by script. */
export const policy =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; " +
  "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** A file of the viewer, or null where it has none of the name. */
export async function viewerFile(name: string): Promise<{ type: string; body: string | Buffer } | null> {
  if (name === "start.js") return { type: types[".js"], body: start };
  if (!names.includes(name)) return null;
  const type = types[path.extname(name) as keyof typeof types];
  return { type, body: await fs.promises.readFile(path.join(folder(), name)) };
}

/** The package has the files beside this one (the build puts them there); a checkout has them among its own packages. */
function folder(): string {
  const packed = path.join(import.meta.dirname, "viewer");
  if (fs.existsSync(packed)) return packed;
  return path.dirname(createRequire(import.meta.url).resolve("swagger-ui-dist/package.json"));
}
