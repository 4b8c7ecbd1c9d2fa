import { d1, defineConfig } from "covara";
import * as resources from "./resources/index.ts";

const settings = { basePath: "/v1/", database: d1() };

export default defineConfig({ name: "several-files", ...settings, resources: { ...resources } });
