// SPDX-License-Identifier: MIT
import { Content, List, Root, Trigger } from "@radix-ui/react-tabs";
import type { ReactNode } from "react";

export interface Tab {
  readonly value: string;
  readonly label: ReactNode;
  readonly content: ReactNode;
}

export interface TabsProps {
  readonly label: string;
  readonly tabs: readonly Tab[];
  readonly value?: string;
  readonly onChange?: (value: string) => void;
  readonly aside?: ReactNode;
}

export function Tabs({ label, tabs, value, onChange, aside }: TabsProps) {
  const control = value === undefined ? { defaultValue: tabs[0]!.value } : { value };
  return (
    <Root {...control} {...(onChange && { onValueChange: onChange })} className="flex h-full min-h-0 flex-col">
      <div className="flex shrink-0 items-center justify-between border-b border-line pr-3">
        <List aria-label={label} className="flex overflow-x-auto">
          {tabs.map(({ value: each, label: name }) => (
            <Trigger
              key={each}
              value={each}
              className="min-h-9 border-b-2 border-transparent px-3 text-xs whitespace-nowrap text-soft hover:text-ink data-[state=active]:border-accent data-[state=active]:text-ink"
            >
              {name}
            </Trigger>
          ))}
        </List>
        {aside}
      </div>
      {tabs.map(({ value: each, content }) => (
        <Content key={each} value={each} className="min-h-0 flex-1 overflow-auto">
          {content}
        </Content>
      ))}
    </Root>
  );
}
