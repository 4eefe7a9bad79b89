// Passkeys: asks the browser with the options in the page's data block, puts its answer into the form, sends it.
"use strict";

const toBytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
const toText = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

const creationOptions = (data) => {
  const options = data.publicKey;
  return { publicKey: {
    ...options,
    challenge: toBytes(options.challenge),
    user: { ...options.user, id: toBytes(options.user.id) },
    excludeCredentials: (options.excludeCredentials ?? []).map((one) => ({ ...one, id: toBytes(one.id) })),
  } };
};

const requestOptions = (data) => {
  const options = data.publicKey;
  return { publicKey: {
    ...options,
    challenge: toBytes(options.challenge),
    allowCredentials: (options.allowCredentials ?? []).map((one) => ({ ...one, id: toBytes(one.id) })),
  } };
};

const answer = (credential) => {
  const from = credential.response;
  const response = { clientDataJSON: toText(from.clientDataJSON) };
  for (const name of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (from[name]) response[name] = toText(from[name]);
  }
  if (from.getTransports) response.transports = from.getTransports();
  return {
    id: credential.id,
    rawId: toText(credential.rawId),
    type: credential.type,
    authenticatorAttachment: credential.authenticatorAttachment ?? undefined,
    clientExtensionResults: credential.getClientExtensionResults(),
    response,
  };
};

const optionsFor = async (form) => {
  if (form.dataset.optionsAt) {
    const reply = await fetch(form.dataset.optionsAt, { headers: { "X-Requested-With": "XMLHttpRequest", Accept: "application/json" } });
    return (await reply.json()).request_options;
  }
  const data = JSON.parse(document.getElementById("passkey-options").textContent);
  return data.creation_options ?? data.request_options;
};

const run = async (form) => {
  const creating = form.dataset.passkey === "create";
  const options = await optionsFor(form);
  if (creating && form.elements.passwordless?.checked) {
    options.publicKey.authenticatorSelection = { ...options.publicKey.authenticatorSelection, residentKey: "required", requireResidentKey: true, userVerification: "required" };
  }
  const credential = creating
    ? await navigator.credentials.create(creationOptions(options))
    : await navigator.credentials.get(requestOptions(options));
  form.elements.credential.value = JSON.stringify(answer(credential));
  form.submit();
};

for (const form of document.querySelectorAll("form[data-passkey]")) {
  if (!window.PublicKeyCredential) continue;
  form.hidden = false;
  const problem = form.querySelector("[data-problem]");
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    event.stopImmediatePropagation();
    problem.hidden = true;
    run(form).catch(() => { problem.hidden = false; });
  });
}
