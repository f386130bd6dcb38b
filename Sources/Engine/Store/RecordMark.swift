/// A place in a transaction that it can be undone to.
package struct RecordMark: Hashable, Sendable {
    /// Counted from 1 within the transaction.
    package let number: Int

    package init(number: Int) { self.number = number }
}
