/// The rule that says where records end; splitter and decoder run the same one, so they always agree.
///
/// Looks only at bytes from the record's start on and at whether the input ends there. Resumable: what was
/// found out about an unfinished record is kept relative to its start, so its bytes may move between two
/// calls.
protocol RecordBoundary: Sendable {
    /// To be called when the bytes at `base` are others than at the last call.
    mutating func enterBuffer()

    /// Extent of what begins at `start` (`start < count`), nil when more bytes are needed; never nil `atEnd`.
    mutating func next(
        _ base: UnsafePointer<UInt8>, from start: Int, to count: Int, atEnd: Bool
    ) -> RecordExtent?

    /// After a `tooLarge` extent: reads on over the refused record. `isDone` says that the next record begins
    /// at `end`.
    mutating func skip(
        _ base: UnsafePointer<UInt8>, from start: Int, to count: Int, atEnd: Bool
    ) -> (end: Int, lineCount: Int, isDone: Bool)
}
