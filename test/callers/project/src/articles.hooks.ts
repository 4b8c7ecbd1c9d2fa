import type { ArticleHooks } from "../../../.tmp/callers/hooks.js";

export const beforeCreate: ArticleHooks["beforeCreate"] = ({ headline }) => ({ headline: headline.trim() });
