/** The routes of procedures: `POST /todos/:id/complete` and `POST /todos/rpc/archive-done`. */
import type { ProcedureModel } from "../model/types.ts";
import { database, type Emission, handler } from "./emission.ts";
import { call as invocation, layOut } from "./expression.ts";
import { procedureNames, procedurePath } from "./procedures.ts";
import { otherMethods } from "./routes.ts";
import { body } from "./routes-write.ts";
import { rowType } from "./rows.ts";
import { callable, dependsOnCaller } from "./rule.ts";
import { list, quote } from "./text.ts";

/** All of them; a rule is asked before anything of the request is read, and the handler runs last. */
export const procedureRoutes = (e: Emission): string[] =>
  callable(e.resource).flatMap((procedure, index) => [
    ...(index === 0 ? [] : [""]),
    ...procedureRoute(e, procedure),
  ]);

function procedureRoute(e: Emission, procedure: ProcedureModel): string[] {
  const { name, type, input, access, scopeName } = procedure;
  const path = procedurePath(procedure);
  const names = procedureNames(procedure);
  const rule = `${e.file.use("../access.js", scopeName)}(${dependsOnCaller(access) ? "user" : ""})`;
  const user = e.model.auth === null ? "null" : "user";
  const context = `${e.runtime("serverContext")}(c, ${user})`;
  const run = e.file.use(`../${e.userModule(e.resource.procedures?.module ?? "")}`, name);
  const before =
    type === "rpc"
      ? [`  ${e.runtime("permitted")}(${rule});`]
      : [
          `  const read = ${e.runtime("signedInFor")}(${e.scope("read")});`,
          `  const rule = ${e.runtime("signedInFor")}(${rule});`,
          `  const id = ${e.runtime("rowId")}(c.req.param("id"));`,
          `  const row = await ${e.runtime("ruledRow")}<${e.file.useType("../rows.js", rowType(e.resource))}>(${database(e.model)}, ${e.stored(e.resource.identifier)}, id, read, rule);`,
        ];
  const taken =
    input === null
      ? `  await ${e.runtime("rejectBody")}(c.req.raw);`
      : `  const input = ${body(e, names.input)};`;
  const value = input === null ? "undefined" : "input";
  const callee = e.runtime("callProcedure");
  const calls = (before: string): string =>
    type === "rpc"
      ? layOut(before, invocation(`await ${callee}`, [run, value, context]), ";")
      : list(`${before}await ${callee}(${run}, ${value}, `, "{ ", [`...${context}`, "id", "row"], "}", ");");
  return [
    ...handler(e, "post", path, e.model.auth !== null, `\`POST ${e.path}${path}\``),
    `  ${e.runtime("rejectConditions")}(c.req.raw);`,
    ...before,
    taken,
    ...answer(e, procedure, calls),
    "});",
    otherMethods(e, path, ["POST"]),
  ];
}

/** @param call The line that calls the procedure, given what stands before the call. */
function answer(e: Emission, procedure: ProcedureModel, call: (before: string) => string): string[] {
  if (procedure.output === null) return [call("  "), `  return ${e.runtime("replyEmpty")}(c);`];
  const schema = e.file.use("../schemas.js", procedureNames(procedure).output);
  const name = quote(`${e.resource.key}.${procedure.name}`);
  const checked = invocation(e.runtime("checkedOutput"), [schema, "output", name]);
  return [
    call("  const output = "),
    layOut("  return ", invocation(e.runtime("reply"), ["c", "200", checked]), ";"),
  ];
}
