/** `covara/runtime`: what generated routes, and the application's own modules, import. */

export { type AggregateGroup, type Aggregation, aggregateRows } from "../query/aggregate/read.ts";
export {
  defineOperator,
  defineOperators,
  type OperatorDefinition,
  type Operators,
} from "../query/filter/custom.ts";
export type { Include, Relation, Relations, Through } from "../query/include/index.ts";
export { countRows, getRow, listRows, type Page } from "../query/read.ts";
export { anyRow, noRow, permitted, type Scope, signedInFor, signInFirst, where } from "../query/scope.ts";
export { type SearchPage, searchRows } from "../query/search/read.ts";
export type { Search } from "../query/search/sql.ts";
export { unveiled } from "../query/stored.ts";
export type { Column, Row, Table } from "../query/table.ts";
export { timestamp, uuidv7 } from "../query/values.ts";
export { withDeleted } from "../query/with-deleted.ts";
export { batchFilter, deleteRows, updateRows } from "../query/write/by-filter.ts";
export type { Change } from "../query/write/change.ts";
export { deleteRow } from "../query/write/delete.ts";
export {
  hookedDeleteRow,
  hookedInsertNested,
  hookedInsertRow,
  hookedInsertRows,
  hookedUpdateRow,
} from "../query/write/hooked.ts";
export { hookedDeleteRows, hookedUpdateRows, hookedUpsertRows } from "../query/write/hooked-batch.ts";
export { bindHooks, type Guard, type Hooks, type RowHooks } from "../query/write/hooks.ts";
export { insertRow, insertRows } from "../query/write/insert.ts";
export { embeddedId, insertNested, signedIn } from "../query/write/nested.ts";
export type { References } from "../query/write/references.ts";
export { restoreRow } from "../query/write/soft-delete.ts";
export { rowId, sameId, updateRow } from "../query/write/update.ts";
export { upsertItems, upsertRows } from "../query/write/upsert.ts";
export { type Parsed, readBody, readItems, type Validator } from "./body.ts";
export { commit } from "./commit.ts";
export { ifMatch, rejectIfMatch, requiredIfMatch } from "./conditions.ts";
export {
  type Authenticate,
  allow,
  defineAuth,
  health,
  type Identity,
  identifier,
  identify,
  ownRoutes,
  problemHandler,
  type RequestVariables,
  ready,
  requestContext,
  routeNotFound,
} from "./context.ts";
export { type CorsOptions, cors } from "./cors.ts";
export { rejectCrossOrigin } from "./cross-origin.ts";
export {
  type FieldError,
  forbidden,
  invalid,
  notFound,
  Problem,
  type ProblemCode,
  type ProblemDocument,
  unauthorized,
} from "./problem.ts";
export {
  callProcedure,
  checkedOutput,
  type Procedure,
  rejectBody,
  rejectConditions,
  ruledRow,
} from "./procedure.ts";
export { rejectQuery } from "./query.ts";
export { type LimitedBy, rateLimit } from "./rate-limit.ts";
export { reply, replyEmpty } from "./reply.ts";
export { replyComputedRow, replyRow } from "./reply-row.ts";
export { PathRouter } from "./router.ts";
export { type ServerContext, serverContext } from "./server-context.ts";
export { type RowOrder, type Rows, rows } from "./server-rows.ts";
