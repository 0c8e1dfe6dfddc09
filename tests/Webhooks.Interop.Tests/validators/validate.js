// Reads { openApi, asyncApi, schemas: [{ name, schema, documents: [{ value, isValid }] }] } and writes what the validators object to.
import { createConfig, lintFromString } from '@redocly/openapi-core';
import { Parser } from '@asyncapi/parser';
import Ajv2020 from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

const input = JSON.parse(await new Response(process.stdin).text());
const problems = [];

if (input.openApi) {
  const config = await createConfig({ extends: ['spec'], rules: { 'no-unresolved-refs': 'error', 'no-invalid-media-type-examples': 'error' } });
  for (const problem of await lintFromString({ source: input.openApi, absoluteRef: 'openapi.json', config })) {
    problems.push(`OpenAPI: ${problem.message} at ${problem.location[0]?.pointer} [${problem.ruleId}]`);
  }
}

if (input.asyncApi) {
  const { diagnostics } = await new Parser().parse(input.asyncApi);
  // 0 is an error, 1 a warning; below are matters of taste.
  for (const problem of diagnostics.filter(({ severity }) => severity <= 1)) {
    problems.push(`AsyncAPI: ${problem.message} at ${problem.path.join('/')} [${problem.code}]`);
  }
}

for (const { name, schema, documents } of input.schemas ?? []) {
  const ajv = new Ajv2020({ strict: true, strictTypes: false, strictRequired: false, allErrors: true });
  addFormats(ajv);
  try {
    const validate = ajv.compile(schema);
    for (const { value, isValid } of documents) {
      if (validate(value) !== isValid) {
        problems.push(`JSON Schema ${name}: ${JSON.stringify(value)} should be ${isValid ? 'valid' : 'invalid'}: ${ajv.errorsText(validate.errors)}`);
      }
    }
  } catch (error) {
    problems.push(`JSON Schema ${name}: ${error.message}`);
  }
}

process.stdout.write(JSON.stringify(problems));
