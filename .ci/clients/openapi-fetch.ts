// The types of openapi-typescript, used by openapi-fetch.
import createClient from "openapi-fetch";
import type { components, paths } from "./generated/openapi-typescript";
import { type Answer, argument, core, enterprise, live } from "./life";

type Refusal = components["schemas"]["ScimError"];

const { GET, POST, PATCH, DELETE } = createClient<paths>({
  baseUrl: argument(0),
  headers: { Authorization: `Bearer ${argument(1)}`, "Content-Type": "application/scim+json" },
});

const scim = "/api/v1/fleet/scim";

function answer<Body>(result: { data?: Body; error?: Refusal; response: Response }): Answer<Body> {
  return { status: result.response.status, body: result.data, error: result.error };
}

void live("openapi-fetch", {
  async createUser(userName, department) {
    const sent = { schemas: [core, enterprise], userName, [enterprise]: { department } };
    const created = answer(await POST(`${scim}/Users`, { body: sent }));
    const body = created.body && { ...created.body, department: created.body[enterprise]?.department };
    return { ...created, body };
  },
  getUser: async (id) => answer(await GET(`${scim}/Users/{id}`, { params: { path: { id } } })),
  findUsers: async (filter) => answer(await GET(`${scim}/Users`, { params: { query: { filter } } })),
  deactivateUser: async (id, ifMatch) =>
    answer(
      await PATCH(`${scim}/Users/{id}`, {
        params: { path: { id }, header: { "If-Match": ifMatch } },
        body: { Operations: [{ op: "replace", path: "active", value: false }] },
      }),
    ),
  deleteUser: async (id) => answer(await DELETE(`${scim}/Users/{id}`, { params: { path: { id } } })),
  createGroup: async (displayName) => answer(await POST(`${scim}/Groups`, { body: { displayName } })),
  addMember: async (id, user) =>
    answer(
      await PATCH(`${scim}/Groups/{id}`, {
        params: { path: { id } },
        body: { Operations: [{ op: "add", path: "members", value: [{ value: user }] }] },
      }),
    ),
  deleteGroup: async (id) => answer(await DELETE(`${scim}/Groups/{id}`, { params: { path: { id } } })),
});
