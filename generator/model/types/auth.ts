/** Who asks: the ways to identify requests, and what is known of users. */
import type { FieldKind, JwtAlgorithm } from "../../../schema/data.ts";
import type { JsonShape } from "../../../schema/json-shape.ts";
import type { FieldModel } from "./fields.ts";

export interface AuthModel {
  /** What identifies requests. */
  readonly providers: readonly AuthProvider[];
  /** The resource whose rows are the users; null where they are none of the database's. */
  readonly users: UsersModel | null;
  /** What the identity carries besides `id`. */
  readonly userFields: readonly UserFieldModel[];
  /** The user field that `role(…)` compares: `role`, where it is declared. */
  readonly roles: readonly string[] | null;
}

export type AuthProvider =
  | {
      readonly type: "custom";
      /** Path of the user's module relative to the folder of the config, with `/` separators: `src/auth.ts`. */
      readonly module: string;
    }
  | {
      readonly type: "session";
      /** Key of the store among those of {@link KVModel}. */
      readonly store: string;
      /** Milliseconds from the beginning of a session to its end. */
      readonly ttl: number;
    }
  | {
      readonly type: "apiKey";
      /** Key of the store among those of {@link KVModel}. */
      readonly store: string;
      /** What every key begins with, without the underscore. */
      readonly prefix: string;
    }
  | JwtProvider
  | BetterAuthProvider;

export interface BetterAuthProvider {
  readonly type: "betterAuth";
  /** Path of the module with its options, relative to the folder of the config, with `/` separators. */
  readonly module: string;
  /** The binding with the secret. */
  readonly secret: string;
  /** Names of the users' fields that people may give about themselves. */
  readonly input: readonly string[];
  /** Keys of the resources that hold what plugins keep. */
  readonly tables: readonly { readonly name: string; readonly resource: string }[];
}

export interface JwtProvider {
  readonly type: "jwt";
  /** A set of public keys, or the binding with a secret. */
  readonly keys:
    | { readonly type: "jwks"; readonly url: string }
    | { readonly type: "secret"; readonly name: string };
  readonly algorithms: readonly (JwtAlgorithm | "HS256")[];
  readonly issuer: string;
  readonly audience: string;
  /** The claim that each field of the user is; null where the users are rows. */
  readonly claims: readonly { readonly field: UserFieldModel; readonly claim: string }[] | null;
}

/** Where the users of an application are stored. */
export interface UsersModel {
  /** Key of the resource. */
  readonly resource: string;
  /** Name of one row's type. */
  readonly typeName: string;
  /** SQL name, not quoted. */
  readonly table: string;
  /** The columns of the user's fields, in their order. */
  readonly fields: readonly FieldModel[];
  /** SQL name of the column that marks deleted rows; null where there is none. */
  readonly deletedAt: string | null;
}

export interface UserFieldModel {
  readonly name: string;
  readonly kind: FieldKind;
  readonly nullable: boolean;
  readonly values: readonly string[];
  readonly shape: JsonShape | null;
}
