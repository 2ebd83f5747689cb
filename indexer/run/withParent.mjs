// SPDX-License-Identifier: MIT
// Loaded before a program that a supervisor started with a channel (`ipc`): the program ends when its parent does,
// however that ends. Without it a killed supervisor would leave its child behind, which goes on answering on the port.

/** As long as a supervisor waits for a child that it asks to end, ms. */
const PATIENCE = 5_000;

process.once("disconnect", () => {
  process.kill(process.pid, "SIGTERM");
  setTimeout(() => process.exit(1), PATIENCE).unref();
});
process.channel?.unref(); // the channel alone keeps nothing alive
