// SPDX-License-Identifier: MIT
import { address, count, size } from "../../format";
import { tradeText as text } from "../../text/trade";
import { uiText } from "../../text/ui";
import { Button, EmptyState, Table, classes, type Column } from "../../ui";
import { isPending, type Post } from "./post";
import { forgetPost, usePosts, type Posted } from "./posts";

/** What became of each order that was signed here, until it is mined. */
export default function PostsTable() {
  const posts = [...usePosts()].reverse();
  const columns: Column<Posted>[] = [
    { key: "order", title: text.columns.order, left: true, cell: ({ title }) => title },
    {
      key: "status",
      title: text.columns.status,
      left: true,
      cell: ({ post }) => (
        <span className={classes("whitespace-normal", "told" in post && "text-bad")} data-testid="post-status">
          {sentenceOf(post)}
        </span>
      ),
    },
    {
      key: "receipt",
      title: "",
      left: true,
      wide: true,
      cell: ({ post }) =>
        post.stage === "accepted" ? (
          <span className="text-soft" title={post.hash}>
            {post.page === undefined ? address(post.hash) : text.receipt(count(post.number), count(post.page))}
          </span>
        ) : null,
    },
    {
      key: "actions",
      title: text.columns.actions,
      cell: ({ id, post }) =>
        isPending(post) ? null : (
          <Button kind="quiet" small aria-label={uiText.dismiss} onClick={() => forgetPost(id)}>
            ✕
          </Button>
        ),
    },
  ];
  return (
    <Table
      caption={text.posts}
      columns={columns}
      rows={posts}
      keyOf={({ id }) => String(id)}
      empty={<EmptyState>{text.noPosts}</EmptyState>}
    />
  );
}

export function sentenceOf(post: Post): string {
  if (post.stage !== "accepted") {
    return "told" in post ? `${text.stages[post.stage]}: ${post.told.sentence}` : text.stages[post.stage];
  }
  const { status, filled } = post.state;
  const said = `${text.stages.accepted}: ${text.statuses[status]}`;
  if (status === "dropped")
    return `${said}${filled > 0n ? `, ${text.partlyFilled(size(filled))}` : ""}; ${text.reason}`;
  return status !== "filled" && filled > 0n ? `${said}, ${text.partlyFilled(size(filled))}` : said;
}
