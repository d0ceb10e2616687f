/**
 * OpenAI's published rules for schemas in strict mode: the service answers 400 to a request whose
 * schema breaks one, so the model server here must not be more lenient.
 */

/** Keywords that strict mode understands; anything else in a schema is refused. */
const KEYWORDS = new Set([
  "type",
  "properties",
  "required",
  "additionalProperties",
  "description",
  "title",
  "enum",
  "const",
  "items",
  "anyOf",
  "$ref",
  "$defs",
  "definitions",
  "pattern",
  "format",
  "multipleOf",
  "maximum",
  "exclusiveMaximum",
  "minimum",
  "exclusiveMinimum",
  "minItems",
  "maxItems",
]);

type Node = Record<string, unknown>;

/** What is wrong with `schema`, one sentence each; empty if the service would take it. */
export function strictSchemaFaults(schema: unknown): string[] {
  if (!isNode(schema)) return ["the schema is not an object"];
  const faults: string[] = [];
  if (schema["type"] !== "object" || "anyOf" in schema) faults.push("the root of the schema must be a plain object");
  walk(schema, "schema", faults);
  return faults;
}

function walk(node: Node, path: string, faults: string[]): void {
  for (const keyword of Object.keys(node)) {
    if (!KEYWORDS.has(keyword)) faults.push(`${path}: strict mode does not know the keyword ${keyword}`);
  }
  const properties = isNode(node["properties"]) ? node["properties"] : undefined;
  if (properties !== undefined || node["type"] === "object") {
    if (node["additionalProperties"] !== false) faults.push(`${path}: additionalProperties must be false`);
    const required = new Set(Array.isArray(node["required"]) ? node["required"] : []);
    for (const [name, child] of Object.entries(properties ?? {})) {
      if (!required.has(name)) faults.push(`${path}.${name}: every property must be required`);
      if (isNode(child)) walk(child, `${path}.${name}`, faults);
    }
  }
  if (isNode(node["items"])) walk(node["items"], `${path}[]`, faults);
  for (const list of ["anyOf"]) {
    const options = node[list];
    if (Array.isArray(options)) options.filter(isNode).forEach((child, i) => walk(child, `${path}|${i}`, faults));
  }
  for (const definitions of [node["$defs"], node["definitions"]]) {
    if (!isNode(definitions)) continue;
    for (const [name, child] of Object.entries(definitions)) {
      if (isNode(child)) walk(child, `${path}#${name}`, faults);
    }
  }
}

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
