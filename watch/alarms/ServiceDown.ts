// SPDX-License-Identifier: MIT
import { alarm } from "./Alarm.js";

/** A service does not answer, or says that it is not well. */
export const serviceDown = alarm({
  name: "ServiceDown",
  severity: "page",
  part: "services",
  holds: ({ serviceFor }) => serviceFor,
  find: (services) =>
    services
      .filter(({ isWell }) => !isWell)
      .map(({ name, says }) => ({ subject: name, says: `the ${name} is not well: ${says}` })),
});
