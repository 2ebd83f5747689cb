// SPDX-License-Identifier: MIT
import { useId, useState } from "react";
import { useHere } from "../../chain/useHere";
import { governanceText as text } from "../../text/governance";
import { Banner, Panel, Table, type Column } from "../../ui";
import { reportIn, type ProposalReport, type ReportBlock } from "./report";

/** A proposal's report, from the file that whoever proposes gives to those who vote. It stays in this browser. */
export function ReportPanel() {
  const { deployment } = useHere();
  const [report, setReport] = useState<ProposalReport | string>();
  const id = useId();
  const open = async (file: File | undefined) => {
    if (file !== undefined) setReport(reportIn(await file.text(), deployment));
  };
  return (
    <Panel title={text.report} flush>
      <div className="grid gap-2 border-b border-line px-3 py-2 text-xs">
        <p className="text-soft">{text.reportHelp}</p>
        <label htmlFor={id} className="text-soft">
          {text.reportFile}
        </label>
        <input
          id={id}
          type="file"
          accept=".json,application/json"
          onChange={(event) => void open(event.target.files?.[0])}
        />
        {typeof report === "string" && (
          <Banner kind="bad" urgent>
            {report}
          </Banner>
        )}
      </div>
      {typeof report === "object" && (
        <article className="grid gap-3 px-3 py-2 text-xs">
          <h3 className="text-sm font-medium">{report.page.title}</h3>
          <p className="text-soft">{text.reportAsOf(report.block)}</p>
          {report.page.sections.map(({ title, blocks }) => (
            <section key={title} className="grid min-w-0 gap-2">
              <h4 className="font-medium">{title}</h4>
              {blocks.map((block, index) => (
                <Block key={index} block={block} caption={title} />
              ))}
            </section>
          ))}
        </article>
      )}
    </Panel>
  );
}

function Block({ block, caption }: { readonly block: ReportBlock; readonly caption: string }) {
  switch (block.kind) {
    case "text":
      return <p className="break-words whitespace-pre-line">{block.text}</p>;
    case "warning":
      return <Banner kind="warn">{block.text}</Banner>;
    case "code":
      return <pre className="overflow-x-auto">{block.text}</pre>;
    case "list":
      return (
        <ul className="list-disc pl-4">
          {block.items.map((item, index) => (
            <li key={index}>{item}</li>
          ))}
        </ul>
      );
    case "table": {
      const columns = block.head.map((title, at): Column<{ cells: readonly string[]; key: string }> => ({
        key: String(at),
        title,
        left: true,
        cell: ({ cells }) => <span className="break-words whitespace-normal">{cells[at]}</span>,
      }));
      const rows = block.rows.map((cells, index) => ({ cells, key: String(index) }));
      return <Table caption={caption} columns={columns} rows={rows} keyOf={({ key }) => key} />;
    }
  }
}
