import * as scim from "./generated/hey-api";
import { client } from "./generated/hey-api/client.gen";
import { type Answer, argument, core, enterprise, live } from "./life";

client.setConfig({ baseUrl: argument(0), auth: argument(1) });

// A change of a group may be answered without a body.
function answer<Body>(result: { data?: Body; error?: scim.ScimError; response?: Response }): Answer<Exclude<Body, void>> {
  const body = (result.data ?? undefined) as Exclude<Body, void> | undefined;
  return { status: result.response?.status ?? 0, body, error: result.error };
}

void live("hey-api", {
  async createUser(userName, department) {
    const sent = { schemas: [core, enterprise], userName, [enterprise]: { department } };
    const created = answer(await scim.createUser({ body: sent }));
    const body = created.body && { ...created.body, department: created.body[enterprise]?.department };
    return { ...created, body };
  },
  getUser: async (id) => answer(await scim.getUser({ path: { id } })),
  findUsers: async (filter) => answer(await scim.listUsers({ query: { filter } })),
  deactivateUser: async (id, ifMatch) =>
    answer(
      await scim.patchUser({
        path: { id },
        headers: { "If-Match": ifMatch },
        body: { Operations: [{ op: "replace", path: "active", value: false }] },
      }),
    ),
  deleteUser: async (id) => answer(await scim.deleteUser({ path: { id } })),
  createGroup: async (displayName) => answer(await scim.createGroup({ body: { displayName } })),
  addMember: async (id, user) =>
    answer(
      await scim.patchGroup({
        path: { id },
        body: { Operations: [{ op: "add", path: "members", value: [{ value: user }] }] },
      }),
    ),
  deleteGroup: async (id) => answer(await scim.deleteGroup({ path: { id } })),
});
