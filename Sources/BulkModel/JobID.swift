/// Names one job, for ever; the text is what callers see (`bulk-job-…`).
package struct JobID: Hashable, Sendable, CustomStringConvertible {
    /// Lower-case letters, digits and hyphens.
    package let text: String

    package init(_ text: String) { self.text = text }

    package var description: String { text }
}
