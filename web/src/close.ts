// A learning platform opened this page to be connected: it is told that that is done, and closes the frame or the window (LTI
// Dynamic Registration 1.0 §3.7). Without this script the page says that it may be closed.

const platform: Window = globalThis.opener ?? globalThis.parent;
// Nothing is told but that it is over: whoever the platform is may know that.
platform.postMessage({ subject: 'org.imsglobal.lti.close' }, '*');

export {};
