// SPDX-License-Identifier: MIT
import { appText as text } from "../text/app";
import { Header } from "./Header";

/** What is shown until the venue is known. The build writes it into index.html too, so it is there before scripts. */
export function Shell() {
  return (
    <div className="flex min-h-dvh flex-col">
      <Header />
      <main className="flex-1 p-8 text-soft">{text.starting}</main>
    </div>
  );
}
