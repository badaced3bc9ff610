/** What checks the answer to a form against its schema: a bundle of its own, and a third of what the server would be. */
export { AjvJsonSchemaValidator } from '@modelcontextprotocol/server/validators/ajv';
