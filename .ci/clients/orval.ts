import * as scim from "./generated/orval/scim";
import { type Answer, argument, core, enterprise, live } from "./life";

// Its functions call `fetch` with a path: a browser adds the origin, Node.js does not.
const { fetch: send } = globalThis;
globalThis.fetch = (path, request) => send(`${argument(0)}${String(path)}`, request);

const authorization = { headers: { Authorization: `Bearer ${argument(1)}` } };

type Success<Result, Status> = Extract<Result, { status: Status }> extends { data: infer Body } ? Body : never;

function answer<Result extends { status: number; data: unknown }, Status extends 200 | 201 | 204>(
  result: Result,
  status: Status,
): Answer<Success<Result, Status>> {
  return result.status === status
    ? { status, body: result.data as Success<Result, Status> }
    : { status: result.status, error: result.data as scim.ScimError };
}

void live("orval", {
  async createUser(userName, department) {
    const sent = { schemas: [core, enterprise], userName, [enterprise]: { department } };
    const created = answer(await scim.createUser(sent, {}, authorization), 201);
    const body = created.body && { ...created.body, department: created.body[enterprise]?.department };
    return { ...created, body };
  },
  getUser: async (id) => answer(await scim.getUser(id, {}, authorization), 200),
  findUsers: async (filter) => answer(await scim.listUsers({ filter }, authorization), 200),
  deactivateUser: async (id, ifMatch) =>
    answer(
      await scim.patchUser(
        id,
        { Operations: [{ op: "replace", path: "active", value: false }] },
        {},
        { headers: { ...authorization.headers, "If-Match": ifMatch } },
      ),
      200,
    ),
  deleteUser: async (id) => answer(await scim.deleteUser(id, authorization), 204),
  createGroup: async (displayName) => answer(await scim.createGroup({ displayName }, {}, authorization), 201),
  addMember: async (id, user) =>
    answer(
      await scim.patchGroup(
        id,
        { Operations: [{ op: "add", path: "members", value: [{ value: user }] }] },
        {},
        authorization,
      ),
      200,
    ),
  deleteGroup: async (id) => answer(await scim.deleteGroup(id, authorization), 204),
});
