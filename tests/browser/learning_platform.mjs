// A learning platform (LTI 1.3) on another site than the archive: a course whose pages show the archive in a frame. As small as
// one can be; a platform that others wrote is in tests/consumers/lti_test.py.

import { createPublicKey, generateKeyPairSync, randomUUID, sign, verify } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import { run } from "./start.mjs";

const LTI = "https://purl.imsglobal.org/spec/lti/claim/";
const DEEP = "https://purl.imsglobal.org/spec/lti-dl/claim/";
const MEMBERSHIP = "http://purl.imsglobal.org/vocab/lis/v2/membership#";

const packed = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
const unpacked = (text) => JSON.parse(Buffer.from(text, "base64url"));
const quoted = (text) => text.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;");
const page = (content) => `<!doctype html><html lang="en"><title>Course</title><link rel="icon" href="data:,">${content}`;

/**
 * The platform, registered at the archive of `server`. `course(activity)` is the address of a course's page that shows an
 * activity: `{ custom }`, `{ target }` or, for a teacher, `{ choosing: true }`; `manual` has a button where a script would go
 * on by itself. `chosen` are the items that teachers brought, as far as the archive's own key signed them. `administration(invite)`
 * is a page on which an administrator connects the archive; its heading says what the frame told it. `registered` is what came.
 */
export async function startLearningPlatform(server, { width = 640, name = "Gimnaziya" } = {}) {
  const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const key = { ...publicKey.export({ format: "jwk" }), kid: "school-1", alg: "RS256", use: "sig" };
  const activities = new Map();
  const chosen = [];
  const registered = [];
  let url;

  const tokenOf = (activity, asked) => {
    const now = Math.floor(Date.now() / 1000);
    const claims = {
      iss: url, aud: "archive-1", sub: "12", iat: now, exp: now + 300, nonce: asked.get("nonce"),
      [`${LTI}version`]: "1.3.0",
      [`${LTI}deployment_id`]: "1",
      [`${LTI}target_link_uri`]: activity.target ?? `${server.url}/lti/launch`,
      [`${LTI}roles`]: [`${MEMBERSHIP}${activity.choosing ? "Instructor" : "Learner"}`],
      [`${LTI}launch_presentation`]: { document_target: "iframe", return_url: `${url}/back`, locale: activity.locale ?? "az" },
    };
    if (activity.choosing) {
      claims[`${LTI}message_type`] = "LtiDeepLinkingRequest";
      claims[`${DEEP}deep_linking_settings`] = {
        accept_types: ["ltiResourceLink"], accept_presentation_document_targets: ["iframe"], accept_multiple: true,
        deep_link_return_url: `${url}/chosen?course=4&key=a`,
      };
    } else {
      claims[`${LTI}message_type`] = "LtiResourceLinkRequest";
      claims[`${LTI}resource_link`] = { id: "3" };
      claims[`${LTI}custom`] = activity.custom ?? {};
    }
    const said = `${packed({ alg: "RS256", kid: key.kid, typ: "JWT" })}.${packed(claims)}`;
    return `${said}.${sign("RSA-SHA256", Buffer.from(said), privateKey).toString("base64url")}`;
  };

  /** What the archive signed, by the keys that it publishes. */
  const read = async (jwt) => {
    const [head, claims, signature] = jwt.split(".");
    const { keys } = await (await fetch(`${server.url}/lti/jwks.json`)).json();
    const { kid } = unpacked(head);
    const jwk = keys.find((key) => key.kid === kid);
    const known = createPublicKey({ key: jwk, format: "jwk" });
    if (!verify("RSA-SHA256", Buffer.from(`${head}.${claims}`), known, Buffer.from(signature, "base64url"))) throw new Error("not signed");
    return unpacked(claims);
  };

  const begin = (id) => {
    const activity = activities.get(id);
    const asked = new URLSearchParams({
      iss: url, login_hint: "12", lti_message_hint: id, client_id: "archive-1", target_link_uri: activity.target ?? `${server.url}/lti/launch`,
    });
    return `${server.url}/lti/login?${asked}`;
  };

  const site = createServer(async (request, response) => {
    const { pathname, searchParams } = new URL(request.url, url);
    const html = (content, status = 200) => {
      response.writeHead(status, { "Content-Type": "text/html; charset=utf-8" });
      response.end(page(content));
    };
    const json = (said, status = 200) => {
      response.writeHead(status, { "Content-Type": "application/json" });
      response.end(JSON.stringify(said));
    };
    const sent = async () => {
      const parts = [];
      for await (const part of request) parts.push(part);
      return Buffer.concat(parts).toString();
    };
    if (pathname === "/jwks") json({ keys: [key] });
    else if (pathname === "/configuration") json(configuration());
    else if (pathname === "/register") {
      registered.push(JSON.parse(await sent()));
      json({ ...registered.at(-1), client_id: "archive-2" }, 201);
    } else if (pathname === "/administration") {
      const src = `${searchParams.get("invite")}?openid_configuration=${encodeURIComponent(`${url}/configuration`)}&registration_token=once`;
      const told = "<script>addEventListener('message', ({ data }) => (document.querySelector('h1').textContent = data.subject))</script>";
      html(`<h1>Tools</h1><iframe title="Tool" width="${width}" height="700" src="${quoted(src)}"></iframe>${told}`);
    } else if (pathname === "/course") {
      const src = begin(searchParams.get("activity"));
      html(`<h1>Course</h1><iframe title="Activity" width="${width}" height="700" src="${quoted(src)}" allow="fullscreen"></iframe>`);
    } else if (pathname === "/auth") {
      const activity = activities.get(searchParams.get("lti_message_hint"));
      const fields = { id_token: tokenOf(activity, searchParams), state: searchParams.get("state") };
      const inputs = Object.entries(fields).map(([name, value]) => `<input type="hidden" name="${name}" value="${quoted(value)}">`);
      const go = activity.manual ? "" : "<script>document.forms[0].submit()</script>";
      html(`<form method="post" action="${quoted(searchParams.get("redirect_uri"))}">${inputs.join("")}<button>On</button></form>${go}`);
    } else if (pathname === "/chosen") {
      const form = new URLSearchParams(await sent());
      const claims = await read(form.get("JWT"));
      chosen.push(claims[`${DEEP}content_items`]);
      html(`<h1>${chosen.at(-1).length} chosen</h1>`);
    } else html("<h1>Nothing</h1>", 404);
  });
  const configuration = () => ({
    issuer: url, authorization_endpoint: `${url}/auth`, registration_endpoint: `${url}/register`, jwks_uri: `${url}/jwks`,
    token_endpoint: `${url}/token`, token_endpoint_auth_methods_supported: ["private_key_jwt"],
    token_endpoint_auth_signing_alg_values_supported: ["RS256"], scopes_supported: ["openid"], response_types_supported: ["id_token"],
    subject_types_supported: ["public"], id_token_signing_alg_values_supported: ["RS256"], claims_supported: ["sub", "iss"],
    "https://purl.imsglobal.org/spec/lti-platform-configuration": {
      product_family_code: "school", version: "1", messages_supported: [{ type: "LtiResourceLinkRequest" }, { type: "LtiDeepLinkingRequest" }], variables: [],
    },
  });
  site.listen(0, "127.0.0.1");
  await once(site, "listening");
  url = `http://localhost:${site.address().port}`;
  const about = ["--issuer", url, "--client-id", "archive-1", "--authorization-url", `${url}/auth`, "--jwks-url", `${url}/jwks`];
  await run(server.data, "platform", "add", name, ...about);

  const added = (activity) => {
    const id = randomUUID();
    activities.set(id, activity);
    return id;
  };
  return {
    url,
    chosen,
    registered,
    administration: (invite) => `${url}/administration?invite=${encodeURIComponent(invite)}`,
    course: (activity) => `${url}/course?activity=${added(activity)}`,
    /** Where a launch leads, without a browser: the path. */
    async arrival(activity) {
      const id = added(activity);
      const asked = await fetch(begin(id), { redirect: "manual" });
      const { searchParams } = new URL(asked.headers.get("location"));
      const body = new URLSearchParams({ id_token: tokenOf(activity, searchParams), state: searchParams.get("state") });
      const answer = await fetch(`${server.url}/lti/launch`, { method: "POST", body, redirect: "manual" });
      if (answer.status !== 303) throw new Error(`${answer.status}: ${await answer.text()}`);
      return answer.headers.get("location");
    },
    async stop() {
      site.closeAllConnections();
      site.close();
      await once(site, "close");
    },
  };
}
