// SPDX-License-Identifier: MIT
import { Component, type ReactNode } from "react";
import { appText as text } from "../text/app";
import { ErrorState } from "../ui/States";

/** A part that broke says so in its place; the rest of the page stays, and so does what it can do. */
export class Boundary extends Component<{ readonly children: ReactNode }, { readonly failure?: unknown }> {
  override state: { readonly failure?: unknown } = {};

  static getDerivedStateFromError(failure: unknown) {
    return { failure };
  }

  override render() {
    const { failure } = this.state;
    if (failure === undefined) return this.props.children;
    return (
      <div className="mx-auto max-w-prose p-6">
        <h2 className="mb-2 text-center text-sm font-semibold">{text.pageFailed}</h2>
        <ErrorState failure={failure} retry={() => this.setState({ failure: undefined })} />
      </div>
    );
  }
}
