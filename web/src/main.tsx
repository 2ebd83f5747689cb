// SPDX-License-Identifier: MIT
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { Start } from "./app/Start";
import "./app/styles.css";

createRoot(document.getElementById("root")!).render(
  <StrictMode>
    <Start />
  </StrictMode>,
);
