/**
 * The fields of a Kubernetes Job that `plan --emit kubernetes` may write, with their types; required ones have a `!`. Those of JobSpec,
 * VolumeMount and of containers were read in the published OpenAPI document, `api/openapi-spec/v3/apis__batch__v1_openapi.json` in
 * https://github.com/kubernetes/kubernetes; those of PodSpec and volumes follow the reference at https://kubernetes.io/docs/reference.
 */
const JOB: Schema = {
  "apiVersion!": "string",
  "kind!": "string",
  "metadata!": { "name!": "string" },
  "spec!": {
    completions: "integer",
    parallelism: "integer",
    completionMode: "string",
    backoffLimitPerIndex: "integer",
    maxFailedIndexes: "integer",
    "template!": {
      spec: {
        restartPolicy: "string",
        "containers!": [
          {
            "name!": "string",
            image: "string",
            workingDir: "string",
            command: ["string"],
            resources: { requests: { cpu: "string", memory: "string" } },
            volumeMounts: [{ "name!": "string", "mountPath!": "string" }],
          },
        ],
        volumes: [{ "name!": "string", persistentVolumeClaim: { "claimName!": "string" } }],
      },
    },
  },
};

type Schema = "string" | "integer" | readonly [Schema] | { readonly [field: string]: Schema };

/** What a Job says about its shards. */
export interface JobFields {
  readonly apiVersion: string;
  readonly kind: string;
  readonly spec: {
    readonly completions: number;
    readonly parallelism: number;
    readonly completionMode: string;
    readonly maxFailedIndexes: number;
    readonly template: {
      readonly spec: { readonly restartPolicy: string; readonly containers: readonly [{ readonly command: string[] }] };
    };
  };
}

/** Returns where a value is not a Job, such as `spec.completions: expected integer, found "4"`. */
export const faultsOfJob = (value: unknown): string[] => faults(value, JOB, "");

function faults(value: unknown, schema: Schema, place: string): string[] {
  const found = `found ${JSON.stringify(value)}`;
  if (schema === "string") return typeof value === "string" ? [] : [`${place}: expected string, ${found}`];
  if (schema === "integer") return Number.isInteger(value) ? [] : [`${place}: expected integer, ${found}`];
  if (Array.isArray(schema)) {
    if (!Array.isArray(value)) return [`${place}: expected list, ${found}`];
    return value.flatMap((item, k) => faults(item, schema[0], `${place}[${k}]`));
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) return [`${place}: expected map, ${found}`];
  const fields = schema as { readonly [field: string]: Schema };
  const at = (name: string) => (place === "" ? name : `${place}.${name}`);
  const unknown = Object.keys(value).filter((name) => !(name in fields) && !(`${name}!` in fields));
  const lacking = Object.keys(fields).filter((name) => name.endsWith("!") && !(name.slice(0, -1) in value));
  return [
    ...unknown.map((name) => `${at(name)}: no such field`),
    ...lacking.map((name) => `${at(name.slice(0, -1))}: required`),
    ...Object.entries(value).flatMap(([name, item]) => {
      const own = fields[name] ?? fields[`${name}!`];
      return own ? faults(item, own, at(name)) : [];
    }),
  ];
}
