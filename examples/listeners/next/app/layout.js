// Next.js wants a layout, although this application has no pages.
export default function Layout({ children }) {
  return children
}
