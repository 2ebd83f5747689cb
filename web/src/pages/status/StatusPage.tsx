// SPDX-License-Identifier: MIT
import { statusText as text } from "../../text/status";
import { AddressesPanel } from "./AddressesPanel";
import { DoctorPanel } from "./DoctorPanel";
import { RecoveryPanel } from "./RecoveryPanel";
import { ServicesPanel } from "./ServicesPanel";

/** How the venue and what serves it are. */
export default function StatusPage() {
  return (
    <div className="grid grid-cols-1 gap-1.5 lg:grid-cols-2">
      <h1 className="sr-only">{text.title}</h1>
      <div className="min-w-0 lg:col-span-2">
        <ServicesPanel />
      </div>
      <RecoveryPanel />
      <DoctorPanel />
      <div className="min-w-0 lg:col-span-2">
        <AddressesPanel />
      </div>
    </div>
  );
}
