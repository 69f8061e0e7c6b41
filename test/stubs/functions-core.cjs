// The Functions worker's own module, absent under jest: a silent one, so that files with triggers can be imported.
const disposable = { dispose() {} };
module.exports = {
  setProgrammingModel() {},
  registerFunction: () => disposable,
  registerHook: () => disposable,
  log() {},
};
