package import BulkModel

/// Which part of a job's results is wanted, and in what shape.
package struct ResultRequest: Hashable, Sendable {
    package enum Part: String, CaseIterable, Sendable {
        case all, failed, successful, unprocessed
    }

    package var part: Part
    /// Nil: the job's own format.
    package var format: ContentFormat?
    /// The format is a wish: where the job cannot be shown in it, the job's own is given instead of a refusal.
    package var isFormatWish = false
    /// First record (from 1) of the page, 1 for the start.
    package var firstRecord: Int
    /// Records in the page at most; nil for all.
    package var recordsMax: Int?

    package init(
        part: Part = .all, format: ContentFormat? = nil, firstRecord: Int = 1, recordsMax: Int? = nil
    ) {
        self.part = part
        self.format = format
        self.firstRecord = firstRecord
        self.recordsMax = recordsMax
    }
}
