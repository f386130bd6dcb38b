/// What is to become of a transaction.
package enum RecordWork<Value: Sendable>: Sendable {
    case commit(Value)
    /// Everything is undone; the value is given all the same.
    case undo(Value)
}
