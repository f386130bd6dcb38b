package import BulkModel

/// Faults that every format has; the engine makes the same for segments that the splitter refused.
package enum RecordFaults {
    /// The record at `position` is over `Limits.recordBytesMax`.
    package static func tooLarge(_ limits: Limits, at position: Position) -> Fault {
        Fault(
            .recordTooLarge, at: position,
            message: "The record is longer than \(limits.recordBytesMax) bytes; make it shorter.")
    }
}
