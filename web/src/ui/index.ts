// SPDX-License-Identifier: MIT
export { Age } from "./Age";
export { Banner } from "./Banner";
export { Button, Spinner } from "./Button";
export { classes } from "./classes";
export { Confirm, Lines, type PreviewLine } from "./Confirm";
export { Dialog } from "./Dialog";
export { Check, Choice, Field, amountOf } from "./Field";
export { Panel } from "./Panel";
export { Stat, toneOf } from "./Stat";
export { EmptyState, ErrorState, Loading, Shown, sentenceOf } from "./States";
export { Table, type Column } from "./Table";
export { Tabs } from "./Tabs";
export { Tooltip } from "./Tooltip";
